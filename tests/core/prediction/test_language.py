"""Which language a text is in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core.model import Match
from emulator.core.prediction.language import language_of
from tests.support.spending import at_most

SENTENCES = {
    "EN": "The weather was lovely yesterday so we walked along the river",
    "DE": "Gestern war das Wetter schön und wir sind am Fluss spazieren gegangen",
    "FR": "Hier il faisait beau et nous avons marché le long de la rivière",
    "ES": "Ayer hizo buen tiempo y paseamos junto al río",
    "PT": "Você pode me enviar o relatório antes de sexta-feira?",
    "IT": "Ieri il tempo era bello e abbiamo camminato lungo il fiume",
    "NL": "Gisteren was het mooi weer en wandelden we langs de rivier",
    "SV": "Igår var vädret fint och vi promenerade längs floden",
    "FI": "Eilen sää oli kaunis ja kävelimme joen vartta",
    "PL": "Wczoraj była piękna pogoda i spacerowaliśmy wzdłuż rzeki",
    "CS": "Včera bylo krásné počasí a šli jsme podél řeky",
    "TR": "Dün hava çok güzeldi ve nehir boyunca yürüdük",
    "VI": "Hôm qua thời tiết rất đẹp và chúng tôi đi dạo dọc bờ sông",
    "ET": "Eile oli ilus ilm ja me jalutasime jõe ääres",
    "RU": "Вчера была прекрасная погода, и мы гуляли вдоль реки",
    "UK": "Вчора була чудова погода, і ми гуляли вздовж річки",
    "BG": "Вчера времето беше прекрасно и се разходихме край реката",
    "AR": "كان الطقس جميلاً أمس ومشينا على طول النهر",
    "FA": "دیروز هوا عالی بود و ما کنار رودخانه قدم زدیم",
    "HI": "कल मौसम बहुत अच्छा था और हम नदी के किनारे टहले",
    "JA": "昨日は天気が良くて、川沿いを散歩しました",
    "ZH": "昨天天气很好，我们沿着河边散步",
    "KO": "어제는 날씨가 좋아서 강을 따라 걸었어요",
    "EL": "Χθες ο καιρός ήταν ωραίος και περπατήσαμε",
    "TH": "เมื่อวานอากาศดีมากเราเลยเดินเล่นริมแม่น้ำ",
    "HE": "אתמול מזג האוויר היה נהדר והלכנו לאורך הנהר",
    "TA": "நேற்று வானிலை நன்றாக இருந்தது",
}


@pytest.mark.parametrize(("language", "text"), SENTENCES.items(), ids=SENTENCES)
def test_a_sentence_tells_its_language(language: str, text: str) -> None:
    assert language_of(text) == language
    assert language_of(f"😀 {text}\n\x00") == language


@pytest.mark.parametrize(
    "text",
    [
        *("", "Bonjour", "Merci beaucoup", "¿Qué pasa?", "12345678901234567890123", "😀" * 30),
        *("\x00" * 30, "\ud800" * 30, "xx " * 40, "asdf qwerty zxcv hjkl uiop bnm"),
        *("hive-child_exploitation-3", "lorem ipsum dolor sit amet consectetur", "ÄÖÜ" * 10),
        *("Plant simple safe tough.", "Visit course light should.", "haha hahaha hahahaha ha"),
    ],
)
def test_what_is_short_or_unsure_is_english(text: str) -> None:
    assert language_of(text) == "EN"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        *(("привет", "RU"), ("їжак", "UK"), ("你好", "ZH"), ("こんにちは", "JA"), ("안녕", "KO")),
        *(("hello привет", "RU"), ("iPhone 15 Proを買いました", "JA"), ("hello world 你好", "EN")),
        *(("مرحبا", "AR"), ("the Greek letter π", "EN")),
    ],
)
def test_the_script_that_most_is_written_in_decides(text: str, language: str) -> None:
    assert language_of(text) == language


def test_addresses_in_a_text_are_in_no_language() -> None:
    text = "voir https://hier.il.faisait.beau.nous.marche.test"
    assert language_of(text, [Match(text[5:], 5, len(text), "url")]) == "EN"


@given(st.text(min_size=15))
def test_any_text_has_a_language(text: str) -> None:
    language = language_of(text)
    assert language == language_of(text)
    assert len(language) == 2
    assert language.isupper()


@pytest.mark.parametrize("text", ["x" * 2_000_000, "слово " * 300_000, "\u0301" * 1_000_000])
def test_a_long_text_takes_no_longer_than_its_beginning(text: str) -> None:
    with at_most(1):
        language_of(text)
