from allauth.account.decorators import secure_admin_login
from csp.decorators import csp_update
from django.contrib import admin
from django.templatetags.static import static
from django.urls import include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularRedocView, SpectacularSwaggerSplitView

from .views import APIRoot, landing, redoc_bundle

admin.site.site_header = admin.site.site_title = "SkillSwap Kit"

# The admin's own form has no limits.
admin.site.login = secure_admin_login(admin.site.login)

swagger = SpectacularSwaggerSplitView.as_view(template_name="example/swagger.html")

urlpatterns = [
    path("", landing, name="landing"),
    path("favicon.ico", RedirectView.as_view(url=static("skillswap_kit/icon.svg"))),
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("_allauth/", include("skillswap_kit.accounts.headless_urls")),
    path("api/", APIRoot.as_view(), name="api-root"),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    # Swagger's stylesheet has its icons in itself.
    path("api/docs/", csp_update({"img-src": ["data:"]})(swagger), name="swagger-ui"),
    path("api/redoc/", SpectacularRedocView.as_view(template_name="example/redoc.html"), name="redoc"),
    path("api/redoc/bundles/redoc.standalone.js", redoc_bundle),
    path("", include("skillswap_kit.urls")),
]
