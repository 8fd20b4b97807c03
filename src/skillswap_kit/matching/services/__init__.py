"""What members do with the matching: ask for partners and circles, propose what they are shown, and refuse it; and what
staff want to know about it."""

from __future__ import annotations

from ..matches import MatchCount
from .circles import SuggestedCircle, SuggestedLeg, propose_circle, suggest_circles
from .clearing import Clearing, clear_circles
from .counting import count_matches
from .dismissing import dismiss_member, undo_dismissal
from .learning import WaysToLearn, ways_to_learn
from .mending import mend_circle
from .offers import TrendingSkill, similar_offers, trending_skills
from .proposing import MatchTerms, match_terms, propose_match
from .recommending import Recommendation, Recommendations, recommend
from .statistics import VIEW_STATISTICS, MatchingStatistics, matching_statistics
from .status import REBUILD_INDEX, IndexStatus, MatcherStatus, matcher_status, searches_index, start_rebuild

__all__ = [
    "REBUILD_INDEX",
    "VIEW_STATISTICS",
    "Clearing",
    "IndexStatus",
    "MatchCount",
    "MatchTerms",
    "MatcherStatus",
    "MatchingStatistics",
    "Recommendation",
    "Recommendations",
    "SuggestedCircle",
    "SuggestedLeg",
    "TrendingSkill",
    "WaysToLearn",
    "clear_circles",
    "count_matches",
    "dismiss_member",
    "match_terms",
    "matcher_status",
    "matching_statistics",
    "mend_circle",
    "propose_circle",
    "propose_match",
    "recommend",
    "searches_index",
    "similar_offers",
    "start_rebuild",
    "suggest_circles",
    "trending_skills",
    "undo_dismissal",
    "ways_to_learn",
]
