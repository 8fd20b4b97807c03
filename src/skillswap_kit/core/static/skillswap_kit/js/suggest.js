// data-ssk-suggest on a text field names an address that answers ?q= with [{name, matched}]: offered while typing, each
// by its name in the language of the page. Browsers leave out what does not hold the typed text, so what matched is said,
// and where that is only spelt nearly so, what was typed with it.
const PAUSE = 200;

export function suggestWhileTyping(root) {
  for (const field of root.querySelectorAll("input[data-ssk-suggest]")) {
    const list = document.createElement("datalist");
    list.id = `${field.id}-suggestions`;
    field.after(list);
    field.setAttribute("list", list.id);
    field.setAttribute("autocomplete", "off");
    let waiting;
    field.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => refresh(field, list), PAUSE);
    });
  }
}

async function refresh(field, list) {
  const typed = field.value.trim();
  if (typed.length < 2) return list.replaceChildren();
  const url = new URL(field.dataset.sskSuggest, document.baseURI);
  url.searchParams.set("q", typed);
  const headers = { Accept: "application/json", "Accept-Language": document.documentElement.lang || "*" };
  const answer = await fetch(url, { headers }).catch(() => null);
  if (!answer?.ok || field.value.trim() !== typed) return;
  const found = await answer.json();
  list.replaceChildren(...found.map(({ name, matched }) => new Option(label(typed, name, matched), name)));
}

function label(typed, name, matched) {
  const holds = (text) => text.toLowerCase().includes(typed.toLowerCase());
  if (!holds(name) && !holds(matched)) return `${typed} ≈ ${matched}`;
  return matched === name ? "" : matched;
}
