"""Words that count as profanity: mild ones, enough to test with, and no slur among them."""

_WORDS = """
    arse arsehole ass asses asshole assholes bastard bastards bitch bitches bollocks
    bullshit crap crappy damn damned dammit dumbass fuck fucked fucker fucking goddamn
    horseshit jackass pissed prick shit shits shitty slut sluts twat wanker wankers
"""

PROFANITY = frozenset(_WORDS.split())
