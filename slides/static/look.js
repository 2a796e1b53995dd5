// What a person in the back row would complain about on the slide that is shown; called with the least size of letters.
(readable) => {
  const faults = [];
  const slide = Reveal.getCurrentSlide();
  const scale = Reveal.getScale();
  const wall = document.querySelector(".reveal .slides").getBoundingClientRect();
  const seen = (element) => !element.closest("aside") && element.getClientRects().length > 0;
  for (const element of slide.querySelectorAll("*")) {
    if (!seen(element)) continue;
    const box = element.getBoundingClientRect();
    const out = box.left < wall.left - 2 || box.right > wall.right + 2 || box.top < wall.top - 2 || box.bottom > wall.bottom + 2;
    if (out && box.width > 1) faults.push(`overflow: ${element.tagName.toLowerCase()} ${(element.textContent || element.src || "").trim().slice(0, 40)}`);
    if (element.scrollWidth > element.clientWidth + 2 && element.clientWidth > 0 && getComputedStyle(element).display !== "inline")
      faults.push(`overflow: text wider than its ${element.tagName.toLowerCase()}`);
  }
  for (const image of slide.querySelectorAll("img")) {
    if (!image.naturalWidth) faults.push(`missing image: ${image.getAttribute("src")}`);
    if (!image.alt) faults.push(`image without words for who cannot see it: ${image.getAttribute("src")}`);
  }
  const texts = document.createTreeWalker(slide, NodeFilter.SHOW_TEXT);
  const letters = new Map();
  while (texts.nextNode()) {
    const parent = texts.currentNode.parentElement;
    const text = texts.currentNode.textContent.trim();
    if (!text || !seen(parent)) continue;
    const look = getComputedStyle(parent);
    const size = parseFloat(look.fontSize) * scale;
    if (size < readable) faults.push(`too small (${size.toFixed(1)} px): ${text.slice(0, 40)}`);
    letters.set(look.fontFamily, new Set([...(letters.get(look.fontFamily) || []), ...text]));
  }
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 40;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const drawn = (letter, family) => {
    pen.clearRect(0, 0, 40, 40);
    pen.font = `24px ${family}`;
    pen.fillText(letter, 4, 30);
    return pen.getImageData(0, 0, 40, 40).data.join();
  };
  for (const [family, set] of letters) {
    const box = drawn("\u{10FFFE}", family);
    for (const letter of set) if (letter.trim() && drawn(letter, family) === box) faults.push(`empty box for ${letter}`);
  }
  return faults;
}
