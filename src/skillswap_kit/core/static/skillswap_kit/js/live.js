// data-ssk-live on a search form names the ids of what shows its results: they follow while somebody chooses. They are
// fetched as parts of the same page; where that fails, all stays as it is, and the button searches as ever.
const PAUSE = 350;

export function searchLive(root) {
  for (const form of root.querySelectorAll("form[data-ssk-live]")) {
    let waiting, asking;
    form.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => {
        asking?.abort();
        asking = new AbortController();
        refresh(form, asking.signal);
      }, PAUSE);
    });
    form.addEventListener("submit", () => {
      clearTimeout(waiting);
      asking?.abort();
    });
  }
}

async function refresh(form, signal) {
  const parts = form.dataset.sskLive.split(" ").map((id) => document.getElementById(id));
  const url = new URL(location.pathname, location.href);
  url.search = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
  parts.forEach((part) => part.setAttribute("aria-busy", "true"));
  const fresh = await page(url, signal);
  if (signal.aborted) return;
  parts.forEach((part) => part.removeAttribute("aria-busy"));
  const found = parts.map((part) => fresh?.getElementById(part.id));
  if (!found.every(Boolean)) return;
  parts.forEach((part, number) => part.replaceChildren(...found[number].childNodes));
  showErrors(form, fresh);
  history.replaceState(history.state, "", url);
}

async function page(url, signal) {
  try {
    const answer = await fetch(url, { signal, headers: { Accept: "text/html" } });
    return answer.ok && !answer.redirected ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
  } catch {
    return null;
  }
}

// What cannot be read is said beside its field, as where the whole page is loaded.
function showErrors(form, fresh) {
  for (const field of form.querySelectorAll(".ssk-field [id]:is(input, select)")) {
    const other = fresh.getElementById(field.id);
    const [old, errors] = [field, other].map((one) => one?.closest(".ssk-field").querySelector(".errorlist"));
    old?.remove();
    if (errors) field.closest(".ssk-field").append(errors);
    for (const name of ["aria-invalid", "aria-describedby"]) {
      if (other?.hasAttribute(name)) field.setAttribute(name, other.getAttribute(name));
      else field.removeAttribute(name);
    }
  }
}
