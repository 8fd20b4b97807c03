from .connections import Connection
from .listings import Listing, ListingFAQ, ListingImage
from .profiles import Profile, ProfileLanguage
from .reviews import Review
from .sessions import Session
from .swaps import Swap, SwapLeg, SwapParticipant, SwapProposal
from .vocabulary import Category, Skill, SkillAlias

__all__ = [
    "Category",
    "Connection",
    "Listing",
    "ListingFAQ",
    "ListingImage",
    "Profile",
    "ProfileLanguage",
    "Review",
    "Session",
    "Skill",
    "SkillAlias",
    "Swap",
    "SwapLeg",
    "SwapParticipant",
    "SwapProposal",
]
