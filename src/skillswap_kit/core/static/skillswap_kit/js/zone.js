// data-ssk-zone on a field for a time zone: filled with the device's, if it is still empty or at its default.
export function fillTimeZones(root) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!zone) return;
  for (const field of root.querySelectorAll("[data-ssk-zone]")) {
    const untouched = !field.value || field.value === field.dataset.sskZone;
    const known = field.tagName !== "SELECT" || [...field.options].some((option) => option.value === zone);
    if (untouched && known) field.value = zone;
  }
}
