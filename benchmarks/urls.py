from django.urls import include, path

from .bare import BareOfferView

urlpatterns = [path("", include("skillswap_kit.urls")), path("bare/", BareOfferView.as_view())]
