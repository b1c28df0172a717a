"""A file of rules: read whole, or every mistake of it told at its line."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from lookalike.errors import BadRules
from lookalike.recommend.rules import SHELVES, read_rules

ONE = "[[rule]]\nname = 'a'\naction = 'boost'\nids = ['x']\n"


def mistakes(text: str) -> list[tuple[int, str]]:
    with pytest.raises(BadRules) as caught:
        read_rules(text)
    return [(fault.line, fault.message) for fault in caught.value.faults]


def mistake(settings: str) -> str:
    ((_, message),) = mistakes(f"[[rule]]\nname = 'one'\n{settings}")
    return message


def moment(*when: int) -> int:
    return round(datetime(*when, tzinfo=UTC).timestamp() * 1000)  # type: ignore[arg-type]


def test_a_rule_says_what_it_does_to_which_products_where_and_when() -> None:
    (rule,) = read_rules(
        """
        # the shop's own
        [[rule]]
        name = "Boots in winter"
        action = "boost"
        where = "category=Boots price<=100EUR"
        by = 2
        shelves = ["similar", "goes_with"]
        for = "gender=women"
        from = 2026-11-01
        until = 2027-02-28
        """
    )
    assert (rule.name, rule.action, rule.line, rule.by) == ("Boots in winter", "boost", 3, 2.0)
    assert [str(term) for term in rule.where.terms] == ["category=Boots", "price<=100EUR"]
    assert rule.shelves == {"similar", "goes-with"}
    assert [str(term) for term in rule.asked.terms] == ["gender=women"]


def test_a_date_counts_from_its_beginning_and_until_its_end() -> None:
    (rule,) = read_rules("[[rule]]\nname='x'\naction='bury'\nids=['1']\nfrom=2026-12-01\nuntil=2026-12-24\n")
    assert not rule.is_active(moment(2026, 11, 30, 23, 59, 59))
    assert rule.is_active(moment(2026, 12, 1))
    assert rule.is_active(moment(2026, 12, 24, 23, 59, 59))
    assert not rule.is_active(moment(2026, 12, 25))


def test_a_time_counts_to_the_second_in_its_own_zone() -> None:
    (rule,) = read_rules("[[rule]]\nname='x'\naction='bury'\nids=['1']\nuntil=2026-12-24T18:00:00+01:00\n")
    assert rule.is_active(moment(2026, 12, 24, 16, 59, 59))
    assert not rule.is_active(moment(2026, 12, 24, 17))


def test_a_rule_that_says_little_is_for_all_shelves_and_always() -> None:
    (rule,) = read_rules("[[rule]]\nname='x'\naction='pin'\nids=[42, '042', 42]\n")
    assert rule.ids == ("42", "042")
    assert (rule.place, rule.shelves) == (1, frozenset(SHELVES))
    assert rule.is_active(0) and rule.is_active(moment(2999, 1, 1))


def test_what_nobody_can_ask_on_a_shelf_is_not_for_that_shelf() -> None:
    one = "[[rule]]\nname='x'\naction='bury'\nids=['1']\n"
    assert read_rules(one + "words='gift'\n")[0].shelves == {"search"}
    assert read_rules(one + "for='brand=Acme'\n")[0].shelves == {"similar", "goes-with", "outfit"}


def test_words_are_folded_as_those_that_shoppers_type_are() -> None:
    (rule,) = read_rules("[[rule]]\nname='x'\naction='bury'\nids=['1']\nwords='Été  CAFÉ été'\n")
    assert rule.words == ("ete", "cafe")


def test_no_rules_are_rules_too() -> None:
    assert read_rules("") == read_rules("# none yet\n") == ()


def test_all_mistakes_are_told_at_once_each_with_its_line() -> None:
    text = """[[rule]]
name = "a"
action = "pim"
ids = ["1"]

[[rule]]
name = "b
action = "pin"

[[rule]]
name = "a"
action = "boost"
where = "price<="
by = -1

[[rules]]
name = "c"
"""
    assert [line for line, _ in mistakes(text)] == [3, 7, 11, 13, 14, 16]
    told = dict(mistakes(text))
    assert told[3] == "action is 'pim'. Write pin, boost, bury or exclude."
    assert told[7].startswith("This is not TOML: ")
    assert told[11] == "The rule at line 1 has this name too."
    assert told[13].startswith("where: The filter cannot be read at 'price<='.")
    assert told[14] == "by is -1. Write a number above 0, up to 10."
    assert told[16] == "Nothing here is called 'rules'. Write [[rule]]."


def test_the_error_is_one_line_and_a_document() -> None:
    with pytest.raises(BadRules) as caught:
        read_rules("[[rule]]\nname='x'\naction='bury'\nids=['1']\nplace=3\n")
    error = caught.value
    assert error.message == "The rules have a mistake: line 5: Only a pin has a place."
    assert error.to_dict()["faults"] == [{"line": 5, "message": "Only a pin has a place."}]


def test_a_header_in_a_text_of_several_lines_begins_no_rule() -> None:
    text = "[[rule]]\naction='bury'\nids=['1']\nname='''\n[[rule]]'''\n\n[[rule]]\nnam='x'\n"
    lines = [line for line, _ in mistakes(text)]
    assert lines == [7, 7, 7, 8]  # a rule without name, action and products, and its slip of the pen


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ("action='pin'\nwhere='brand=Acme'", "Single products are pinned."),
        ("action='pin'\nids=[]", "ids is not a list of product ids"),
        ("action='pin'\nids=[true]", "ids is not a list of product ids"),
        ("action='pin'\nids=['1']\nplace=0", "place is 0."),
        ("action='pin'\nids=['1']\nplace=1.5", "place is 1.5."),
        ("action='pin'\nids=['1']\nby=1", "Only boost and bury have it."),
        ("action='bury'\nids=['1']\nwhere='brand=Acme'", "The rule has both ids and where."),
        ("action='bury'", "The rule has neither ids nor where."),
        ("action='bury'\nwhere=' '", "where: It is empty."),
        ("action='boost'\nids=['1']\nby=inf", "by is inf."),
        ("action='boost'\nids=['1']\nby='much'", "by is 'much'."),
        ("action='boost'\nids=['1']\nshelves=['home']", "shelves names 'home'. There are similar, "),
        ("action='boost'\nids=['1']\nshelves=[]", "shelves is not a list of similar, "),
        ("action='boost'\nids=['1']\nshelves='search'\nfor='brand=Acme'", "No product asks on the search"),
        ("action='boost'\nids=['1']\nshelves='similar'\nwords='gift'", "Nobody types words on the similar"),
        (
            "action='boost'\nids=['1']\nwords='gift'\nfor='brand=Acme'",
            "It is asked by words or by a product.",
        ),
        ("action='boost'\nids=['1']\nwords='!!'", "words: There is no word in the text."),
        ("action='boost'\nids=['1']\nfrom='2026-12-24'", "from is '2026-12-24'. Write a date, such as"),
        ("action='boost'\nids=['1']\nfrom=2026-12-25\nuntil=2026-12-24", "It ends before it begins."),
        ("action='boost'\nids=['1']\nuntil=9999-12-31", "until is 9999-12-31. Write a date"),
        ("action='boost'\nids=['1']\nplac=1", "There is no setting 'plac'. Did you mean place?"),
        ("action='boost'\nids=['1']\n[rule.more]\nx=1", "There is no setting 'more'."),
    ],
)
def test_a_mistake_is_told_in_words(settings: str, message: str) -> None:
    assert mistake(settings).startswith(message)


def test_what_is_no_toml_is_told_where_it_is_not() -> None:
    assert mistakes("hello")[0][0] == 1
    assert mistakes("rule = 3\n") == [(1, "A rule begins with [[rule]].")]
    assert mistakes("\n\nname = 'x'\n")[0] == (
        3,
        "Nothing here is called 'name'. Rules begin with [[rule]], and their settings follow.",
    )


def test_rules_without_end_are_refused_and_not_all_mistakes_are_told() -> None:
    assert mistakes("#" * 262_145) == [(1, "They are longer than 262,144 bytes.")]
    one = "[[rule]]\naction='bury'\nids=['1']\n"
    with pytest.raises(BadRules) as caught:
        read_rules(one * 30)
    assert len(caught.value.faults) == 20
    assert caught.value.next_step == "Correct them. There are 10 more mistakes."
    many = "".join(f"[[rule]]\nname='{n}'\naction='bury'\nids=['1']\n" for n in range(1001))
    assert mistakes(many) == [(4001, "There are more than 1,000 rules.")]


@pytest.mark.parametrize(
    "value", ["[" * 3000, "[" * 3000 + "]" * 3000, "{a=" * 3000 + "1" + "}" * 3000, "[" * 20 + "]" * 20]
)
def test_what_is_nested_too_deep_is_told_at_its_line(value: str) -> None:
    ((line, message),) = mistakes(f"{ONE}by = {value}")
    assert line == 5
    assert message.endswith("Arrays and tables are more than 16 deep in one another.")


@pytest.mark.parametrize("number", ["1" + "0" * 400, "-1" + "0" * 5000, "0x" + "f" * 6000])
@pytest.mark.parametrize("key", ["by", "ids", "where", "zz"])
def test_a_number_of_any_length_is_a_mistake_at_its_line(key: str, number: str) -> None:
    text = "[[rule]]\nname = 'a'\naction = 'boost'\n"
    ((line, message),) = mistakes(f"{text}{key} = [{number}]\n")
    assert line == 4
    assert message.endswith("A whole number is too large.")


@pytest.mark.parametrize(
    "setting",
    [
        "from = 0001-01-01T00:00:00+14:00",
        "until = 9999-12-31T23:59:59-14:00",
        "until = 9999-12-31T23:59:59.999999Z",
        "until = 0001-01-01T00:00:00Z",
    ],
)
def test_a_time_that_no_calendar_has_everywhere_is_a_mistake(setting: str) -> None:
    ((line, message),) = mistakes(ONE + setting)
    assert line == 5
    assert "Write a date, such as" in message


def test_half_a_character_is_told_at_its_line() -> None:
    assert mistakes(f"{ONE}# \ud800\n") == [(5, "There is half a character (a lone surrogate).")]


@pytest.mark.parametrize(
    "key", [f"[{'a.' * 50_000}a]", f"zz = {{{'a . ' * 50_000}a = 1}}", '"a".' * 50_000 + "a=1"]
)
def test_a_key_without_end_is_told_before_it_is_read(key: str) -> None:
    assert mistakes(ONE + key) == [(5, "A key has more than 16 parts.")]


def test_points_in_a_text_make_no_key() -> None:
    (rule,) = read_rules(f"[[rule]]\nname='a'\naction='bury'\nids=['{'1.' * 40}']  # {'a.' * 40}\n")
    assert rule.ids == ("1." * 40,)


def test_a_filter_without_end_is_a_mistake() -> None:
    assert mistake(f"action='bury'\nwhere='{'a=1 ' * 1001}'").startswith("where is longer than 4,000 char")


def test_settings_and_rules_without_end_are_told_once() -> None:
    settings = "".join(f"k{n} = 1\n" for n in range(20_000))
    assert mistakes(ONE + settings) == [(1, "A rule has more than 30 settings.")]
    with pytest.raises(BadRules):
        read_rules("rule = [\n" + "{a=1},\n" * 30_000 + "]")
