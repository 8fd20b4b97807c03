// data-ssk-once on a form: a second press does not send it again, and the button says that it works.
export function sendOnce(root) {
  for (const form of root.querySelectorAll("form[data-ssk-once]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sskSent) return event.preventDefault();
      form.dataset.sskSent = "yes";
      event.submitter?.setAttribute("aria-busy", "true");
    });
  }
  // Back from the next page, the form can be sent again.
  window.addEventListener("pageshow", () => {
    for (const form of root.querySelectorAll("form[data-ssk-sent]")) {
      delete form.dataset.sskSent;
      form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
    }
  });
}
