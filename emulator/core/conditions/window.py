"""A window over a patron's posts: how many distinct ones there were within a time up to now."""

from collections import OrderedDict
from datetime import datetime, timedelta


class Window:
    """Counts without searching: each post is put in once, and taken out once when it is too old.

    It holds as many posts as it counts, and those that nobody has asked about since they expired.
    Time does not go back: a moment before the newest that was seen counts as that one.
    """

    __slots__ = ("_newest", "_posts", "_within")

    def __init__(self, within: timedelta) -> None:
        self._within = within
        self._posts: OrderedDict[str, datetime] = OrderedDict()
        self._newest: datetime | None = None

    def add(self, at: datetime, post_id: str) -> None:
        """A post is of the counted sort; one that was added before counts from now on."""
        moment = self._expire(at)
        self._posts[post_id] = moment
        self._posts.move_to_end(post_id)

    def count(self, now: datetime) -> int:
        """How many distinct posts were added after `now` - `within`, and up to now."""
        self._expire(now)
        return len(self._posts)

    def discard(self, post_id: str) -> None:
        """A post is forgotten, and counts no more."""
        self._posts.pop(post_id, None)

    def _expire(self, now: datetime) -> datetime:
        """Take out what is too old; the moment that counts as now."""
        moment = now if self._newest is None else max(now, self._newest)
        self._newest = moment
        posts = self._posts
        while posts:
            oldest = next(iter(posts))
            if moment - posts[oldest] < self._within:
                break
            del posts[oldest]
        return moment
