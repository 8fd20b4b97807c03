// data-ssk-preview on a file field names the id of a hidden canvas, on which the chosen picture is drawn. Not an image:
// its address would be a blob: or data: one, which a strict content security policy refuses.
export function previewPictures(root) {
  for (const field of root.querySelectorAll("input[type=file][data-ssk-preview]")) {
    const canvas = root.getElementById(field.dataset.sskPreview);
    if (!canvas) continue;
    field.addEventListener("change", async () => {
      const picture = field.files[0] && (await createImageBitmap(field.files[0]).catch(() => null));
      canvas.hidden = !picture;
      if (!picture) return;
      const side = Math.min(picture.width, picture.height);
      const [left, top] = [(picture.width - side) / 2, (picture.height - side) / 2];
      canvas.getContext("2d").drawImage(picture, left, top, side, side, 0, 0, canvas.width, canvas.height);
    });
  }
}
