"""Settings of the matching."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from skillswap_kit.core.conf import AppSettings, Setting

_BACKENDS = "skillswap_kit.matching.backends"
NEEDED_BY_INDEX = ("numpy", "fcntl")
"""Python has the second on a Unix only."""


def default_backends() -> dict[str, Any]:
    """``default`` is the index on a Unix with numpy, else SQL; the others stand beside it to compare."""
    sql = {"BACKEND": f"{_BACKENDS}.sql.SqlMatcher"}
    index = {"BACKEND": f"{_BACKENDS}.index.IndexMatcher"}
    backends = {
        "default": index if all(map(find_spec, NEEDED_BY_INDEX)) else sql,
        "sql": sql,
        "reference": {"BACKEND": f"{_BACKENDS}.reference.ReferenceMatcher"},
        "fuzzy": {"BACKEND": f"{_BACKENDS}.fuzzy.FuzzyMatcher"},
    }
    if find_spec("sklearn"):
        backends["cosine"] = {"BACKEND": f"{_BACKENDS}.cosine.CosineMatcher"}
    return backends


class MatchingSettings(AppSettings):
    prefix = "MATCHING_"

    BACKENDS = Setting(
        default_backends(),
        doc="Matchers by alias; `default` answers members. Without numpy, or on no Unix, the default is `sql`.",
    )
    SCORING = Setting[dict[str, Any]](
        {"default": {"BACKEND": "skillswap_kit.matching.scoring.Scoring"}},
        doc="How well two members fit, under the alias `default`: one object for every exact matcher.",
    )
    FILTERS = Setting[tuple[str, ...]](
        ("skillswap_kit.matching.filters.MatchFilterSet",),
        kind=tuple,
        doc="Dotted paths of filter sets over profiles, which recommendations understand; add your own.",
    )
    REASONS = Setting[tuple[str, ...]](
        (
            "skillswap_kit.matching.reasons.skill_reasons",
            "skillswap_kit.matching.reasons.distance_reasons",
        ),
        kind=tuple,
        doc="Dotted paths of functions of a viewer and profiles, which say why these fit; add your own.",
    )
    SNAPSHOT_DIR = Setting(
        "",
        doc="Folder of the index, on a disk that all workers of a machine share. Empty: a private one among the "
        "machine's temporary files.",
    )
    REBUILD_AFTER = Setting(
        5000,
        minimum=1,
        doc="`skillswap_run_due` builds the index anew when so many members have changed since it was built, "
        "or one in fifty.",
    )
    LONGEST_TRANSACTION_SECONDS = Setting(
        600,
        minimum=1,
        doc="How long a transaction of the site may stay open. An edit that commits later is found by the next "
        "rebuild only.",
    )
    MAX_SIMILAR = Setting(5, minimum=0, doc="Most similar skills that count for one skill.")
    CIRCLE_REPAIRS = Setting(
        3,
        minimum=0,
        doc="How often a circle goes on with somebody else, or for points, after one of its people has declined. "
        "0: never.",
    )
    SIMILARITY_PROVIDERS = Setting[dict[str, Any]](
        {"names": {"BACKEND": "skillswap_kit.matching.similarity.providers.NameSimilarityProvider"}},
        doc="What works out how alike skills are, by alias: embeddings of yours, say. `skillswap_similarity compute` "
        "asks one and stores its answer.",
    )


matching_settings = MatchingSettings()
