// What pages do besides: everything works without it. Each part finds its own elements by a data attribute.
import { sendOnce } from "./once.js";
import { fillTimeZones } from "./zone.js";
import { offerLocation } from "./locate.js";
import { suggestWhileTyping } from "./suggest.js";
import { previewPictures } from "./preview.js";
import { searchLive } from "./live.js";

for (const enhance of [sendOnce, fillTimeZones, offerLocation, suggestWhileTyping, previewPictures, searchLive]) enhance(document);
