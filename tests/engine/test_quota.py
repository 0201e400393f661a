"""What all sandboxes keep together stays within its bounds, and the largest forgets first."""

import gc
from collections import deque
from random import Random
from weakref import ref

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.engine.quota import Quota

SIZES = st.integers(0, 30)
EVER = 10**9


class World:
    """Some shelves under one quota; what the quota may do is told by the shelves' own sums."""

    def __init__(self, shelves: int, most: int, most_bytes: int | None = None) -> None:
        self.most = most
        self.most_bytes = EVER if most_bytes is None else most_bytes
        self.quota = Quota(most, most_bytes)
        self.shelves = [Shelf(self) for _ in range(shelves)]

    @property
    def count(self) -> int:
        return sum(len(shelf.things) for shelf in self.shelves)

    @property
    def bytes(self) -> int:
        return sum(shelf.bytes for shelf in self.shelves)

    def leave(self, shelf: "Shelf") -> None:
        self.shelves.remove(shelf)
        self.quota.leave(shelf)


class Shelf:
    """A keeper that is asked to forget only when that is needed, and it is the largest."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.things: deque[tuple[str, int]] = deque()
        self.bytes = 0
        world.quota.join(self)

    def put(self, name: str, size: int = 0) -> None:
        self.things.append((name, size))
        self.bytes += size
        self.world.quota.added(self, size)

    def grow(self, size: int) -> None:
        """The newest thing takes so many bytes more, or fewer."""
        name, before = self.things[-1]
        size = max(size, -before)
        self.things[-1] = name, before + size
        self.bytes += size
        self.world.quota.grew(self, size)

    def drop(self) -> None:
        """Do without the newest thing."""
        _, size = self.things.pop()
        self.bytes -= size
        self.world.quota.dropped(self, size)

    def forget_oldest(self) -> int:
        world = self.world
        if world.count > world.most:
            assert len(self.things) == max(len(shelf.things) for shelf in world.shelves)
        else:
            assert world.bytes > world.most_bytes
            assert self.bytes == max(shelf.bytes for shelf in world.shelves)
        _, size = self.things.popleft()
        self.bytes -= size
        return size

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.things]


@given(st.randoms(use_true_random=False), st.integers(0, 20), st.integers(0, 200))
def test_the_bounds_hold_at_all_times_and_only_the_largest_forgets(
    random: Random, most: int, most_bytes: int
) -> None:
    world = World(5, most, most_bytes)
    for _ in range(150):
        # Most things come to a few, as they do in life.
        at = min(random.randrange(5), random.randrange(5))
        if random.random() < 0.03:
            world.leave(world.shelves[at])
            world.shelves.append(Shelf(world))
        elif random.random() < 0.3 and world.shelves[at].things:
            world.shelves[at].grow(random.randrange(-20, 30))
        elif random.random() < 0.1 and world.shelves[at].things:
            world.shelves[at].drop()
        else:
            world.shelves[at].put("a thing", random.randrange(30))
        assert world.count <= most
        assert world.bytes <= most_bytes


@given(st.lists(st.tuples(st.integers(0, 4), SIZES)), st.integers(1, 20))
def test_nothing_is_forgotten_that_has_room(puts: list[tuple[int, int]], most: int) -> None:
    world = World(5, most)
    for done, (at, size) in enumerate(puts, start=1):
        world.shelves[at].put("a thing", size)
        assert world.count == min(most, done)


def test_the_largest_forgets_its_oldest_first() -> None:
    world = World(2, most=10)
    large, small = world.shelves
    small.put("small")
    for number in range(200):
        large.put(str(number))
    assert small.names == ["small"]
    assert large.names == [str(number) for number in range(191, 200)]


def test_each_bound_has_its_own_largest() -> None:
    world = World(2, most=10, most_bytes=100)
    many, heavy = world.shelves
    for number in range(8):
        many.put(str(number), 1)
    heavy.put("heavy", 80)
    heavy.put("heavier", 90)
    assert (many.names, heavy.names) == ([str(number) for number in range(8)], ["heavier"])
    heavy.put("light", 1)
    heavy.put("lighter", 0)
    assert (len(many.things), heavy.names) == (7, ["heavier", "light", "lighter"])


@pytest.mark.parametrize("before", [0, 3], ids=["empty", "in use"])
def test_what_is_larger_than_the_bound_is_forgotten_at_once(before: int) -> None:
    world = World(2, most=3, most_bytes=100)
    busy, other = world.shelves
    for _ in range(before):
        busy.put("small", 1)
    busy.put("huge", 101)
    assert busy.names == []
    other.put("small", 100)
    busy.put("nothing", 0)
    assert (busy.names, other.names) == (["nothing"], ["small"])


def test_a_quota_of_nothing_keeps_nothing() -> None:
    world = World(1, most=0)
    for _ in range(3):
        world.shelves[0].put("a thing")
        assert world.shelves[0].names == []


@pytest.mark.parametrize(("most", "most_bytes"), [(2, None), (9, 10)], ids=["things", "bytes"])
def test_what_leaves_counts_no_more(most: int, most_bytes: int | None) -> None:
    world = World(2, most, most_bytes)
    gone, stays = world.shelves
    for name in ("a", "b", "c"):
        gone.put(name, 5)
    world.leave(gone)
    world.quota.leave(gone)
    gone.put("too late", 5)
    for name in ("d", "e", "f"):
        stays.put(name, 5)
    assert stays.names == ["e", "f"]


def test_what_leaves_is_let_go() -> None:
    world = World(2, most=3, most_bytes=10)
    for shelf in world.shelves * 4:
        shelf.put("a thing", 4)
    gone = ref(world.shelves[0])
    world.leave(world.shelves[0])
    del shelf
    gc.collect()
    assert gone() is None


def test_many_small_ones_grow_beside_a_large_one_until_they_are_as_large() -> None:
    world = World(9, most=1000, most_bytes=9000)
    large, *small = world.shelves
    for _ in range(1000):
        large.put("a thing", 8)
    for number in range(2000):
        small[number % 8].put("a thing", number % 17)
    assert len(large.things) in (111, 112)
    assert {len(shelf.things) for shelf in small} <= {110, 111, 112}


def test_thousands_who_hold_nothing_cost_nothing() -> None:
    world = World(2000, most=3)
    for number in range(50):
        world.shelves[number % 7].put("a thing")
    assert world.count == 3


def test_who_has_left_neither_grows_nor_drops_anything() -> None:
    world = World(2, most=2, most_bytes=10)
    gone, other = world.shelves
    gone.put("a thing", 5)
    world.leave(gone)
    gone.grow(100)
    gone.drop()
    for name in "ab":
        other.put(name, 5)
    assert other.names == ["a", "b"]
