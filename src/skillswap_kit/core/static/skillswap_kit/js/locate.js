// data-ssk-locate on a hidden button beside two fields named latitude and longitude: filled by the device on request.
export function offerLocation(root) {
  if (!navigator.geolocation) return;
  for (const button of root.querySelectorAll("button[data-ssk-locate]")) {
    const form = button.form;
    const status = form.querySelector("[data-ssk-locate-status]");
    button.hidden = false;
    button.addEventListener("click", () => {
      button.setAttribute("aria-busy", "true");
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          form.elements.latitude.value = coords.latitude.toFixed(2);
          form.elements.longitude.value = coords.longitude.toFixed(2);
          button.removeAttribute("aria-busy");
          if (status) status.textContent = button.dataset.sskLocated;
        },
        () => {
          button.removeAttribute("aria-busy");
          if (status) status.textContent = button.dataset.sskNotLocated;
        },
        { maximumAge: 600000, timeout: 20000 },
      );
    });
  }
}
