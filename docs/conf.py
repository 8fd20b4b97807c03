from importlib.metadata import version as version_of

project = "SkillSwap Kit"
author = "SkillSwap Kit contributors"
copyright = author
release = version = version_of("skillswap-kit")

extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 4
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
nitpicky = True

html_theme = "furo"
html_title = f"SkillSwap Kit {release}"
