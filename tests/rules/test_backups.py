"""Backups are due by a plan, and only the newest stay."""

from datetime import UTC, datetime, timedelta

from rules.backups import Backup, Every, Plan, is_due, moment_of, name_at, outlived

NOW = datetime(2026, 11, 23, 3, 20, tzinfo=UTC)


def test_a_backup_is_named_by_its_moment_and_nothing_else_is_one():
    assert moment_of(name_at(NOW)) == NOW
    for name in (
        "haidang.db",
        "../haidang-20261123-032000.tar.gz",
        "haidang-20269923-032000.tar.gz",
    ):
        assert moment_of(name) is None


def test_a_night_that_comes_a_little_early_counts():
    daily = Plan(Every.DAY)
    assert is_due(daily, None, NOW)
    assert is_due(daily, NOW - timedelta(hours=23, minutes=50), NOW)
    assert not is_due(daily, NOW - timedelta(hours=5), NOW)
    assert not is_due(Plan(Every.WEEK), NOW - timedelta(days=3), NOW)
    assert not is_due(Plan(), None, NOW)


def test_only_the_newest_stay_and_without_a_plan_all_do():
    there = [Backup(name_at(at), at, 1) for at in (NOW - timedelta(days=n) for n in range(4))]
    assert outlived(Plan(Every.DAY, keep=2), there) == there[2:]
    assert outlived(Plan(), there) == []
