from django.urls import include, path

from .bare import BareMatchView

urlpatterns = [path("", include("skillswap_kit.urls")), path("bare/", BareMatchView.as_view())]
