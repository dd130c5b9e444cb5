"""A cache within bounds: the least recently used go, and what is large is not kept."""

from terril.web.cache import Cache


def test_the_least_recently_used_go_first():
    cache = Cache[int](160)
    for number in range(16):
        cache.put(number, number, 10)
    assert cache.get(0) == 0
    cache.put(16, 16, 10)
    assert (cache.get(0), cache.get(1), cache.get(16)) == (0, None, 16)


def test_what_is_large_is_not_kept_and_drives_nothing_out():
    cache = Cache[int](160)
    cache.put("a", 1, 10)
    cache.put("b", 2, 11)
    assert (cache.get("a"), cache.get("b")) == (1, None)


def test_the_same_key_twice_takes_its_place_once():
    cache = Cache[int](160)
    for number in range(100):
        cache.put("a", number, 10)
    for number in range(15):
        cache.put(number, number, 10)
    assert cache.get("a") == 99


def test_nothing_is_left_after_clearing():
    cache = Cache[int](160)
    cache.put("a", 1, 10)
    cache.clear()
    assert cache.get("a") is None
