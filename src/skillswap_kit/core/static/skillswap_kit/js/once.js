// data-ssk-once on a form: a second press does not send it again, and the button says that it works.
export function sendOnce(root) {
  // Asked of the page and not of each form: some come later.
  root.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-ssk-once]")) return;
    if (form.dataset.sskSent) return event.preventDefault();
    form.dataset.sskSent = "yes";
    event.submitter?.setAttribute("aria-busy", "true");
  });
  // Back from the next page, the form can be sent again.
  window.addEventListener("pageshow", () => {
    for (const form of root.querySelectorAll("form[data-ssk-sent]")) {
      delete form.dataset.sskSent;
      form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
    }
  });
}
