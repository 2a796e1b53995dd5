// Code in the largest letters in which its longest line fits, between 16 and 26 pixels; a letter is 0.6 of its height wide.
for (const block of document.querySelectorAll(".reveal pre > code")) {
  const longest = Math.max(...block.textContent.split("\n").map((line) => line.trimEnd().length));
  block.parentElement.style.fontSize = `${Math.max(16, Math.min(26, Math.floor((10 * 1200) / (0.603 * longest)) / 10))}px`;
}
