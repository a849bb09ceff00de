// In the page: how far words stand out from what is behind them (WCAG 2.2, contrast ratio).
window.course = window.course || {};

(course => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const read = new Map();

  // Any CSS colour as [red, green, blue, alpha], alpha from 0 to 1.
  const rgba = colour => {
    if (!read.has(colour)) {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = "transparent";
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
      read.set(colour, [red, green, blue, alpha / 255]);
    }
    return read.get(colour);
  };

  const over = (front, back, opacity = 1) => {
    const alpha = front[3] * opacity;
    return [0, 1, 2].map(k => alpha * front[k] + (1 - alpha) * back[k]).concat(1);
  };

  const luminance = colour => {
    const [red, green, blue] = colour.slice(0, 3).map(value => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };

  const contrast = (one, other) => {
    const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };

  // The colours that may lie behind an element: several where an ancestor has a gradient.
  const backgrounds = element => {
    const layers = [];
    for (let outer = element; outer; outer = outer.parentElement) {
      const style = getComputedStyle(outer);
      const stops = style.backgroundImage.match(/(?:rgba?|color|oklab|oklch)\([^()]*\)/g);
      layers.push(stops || [style.backgroundColor]);
      if (layers.at(-1).every(colour => rgba(colour)[3] === 1)) break;
    }
    return layers.reverse().reduce(
      (behind, colours) => behind.flatMap(back => colours.map(c => over(rgba(c), back))),
      [[255, 255, 255, 1]]);
  };

  const opacityOf = element => {
    let opacity = 1;
    for (let outer = element; outer; outer = outer.parentElement) {
      opacity *= Number(getComputedStyle(outer).opacity);
    }
    return opacity;
  };

  // The shapes of a drawing that lie under the middle of a text, the lowest first.
  const shapesUnder = (text, svg) => {
    const box = text.getBoundingClientRect();
    const middle = new DOMPoint(box.x + box.width / 2, box.y + box.height / 2);
    return [...svg.querySelectorAll("rect, circle, ellipse, path, polygon")].filter(shape => {
      const before = shape.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING;
      const inside = shape.getScreenCTM() && middle.matrixTransform(shape.getScreenCTM().inverse());
      return before && inside && getComputedStyle(shape).fill !== "none"
        && shape.isPointInFill(inside);
    });
  };

  const measuredText = (text, svg, behind, cell) => {
    const style = getComputedStyle(text);
    const backs = behind.map(back => shapesUnder(text, svg).reduce((below, shape) => {
      const own = getComputedStyle(shape);
      return over(rgba(own.fill), below, own.fillOpacity * own.opacity);
    }, back));
    const opacity = style.fillOpacity * style.opacity;
    return measured(text.textContent, rgba(style.fill), backs, opacity, cell);
  };

  const measured = (words, colour, backs, opacity, cell) => {
    const worst = backs.map(back => ({ back, ratio: contrast(over(colour, back, opacity), back) }))
      .sort((one, other) => one.ratio - other.ratio)[0];
    const css = c => `rgb(${c.slice(0, 3).map(Math.round).join(" ")})`;
    return {
      cell, text: words.trim().slice(0, 60), ratio: worst.ratio, behind: css(worst.back),
      colour: css(over(colour, worst.back, opacity)),
    };
  };

  // The drawing in an <img>, unpacked where the page's styles do not reach it, as in the <img>.
  const unpacked = image => {
    const [head, ...data] = image.src.split(",");
    const code = head.includes("base64") ? atob(data.join()) : decodeURIComponent(data.join());
    const bytes = Uint8Array.from(code, letter => letter.codePointAt(0));
    const host = document.createElement("div");
    host.style.cssText = "all: initial; position: fixed; left: 0; top: 0; opacity: 0";
    document.body.append(host);
    host.attachShadow({ mode: "open" }).innerHTML =
      head.includes("base64") ? new TextDecoder().decode(bytes) : code;
    return [host, host.shadowRoot.querySelector("svg")];
  };

  const drawings = output => {
    const found = [];
    for (const image of output.querySelectorAll('img[src^="data:image/svg"]')) {
      const [host, svg] = unpacked(image);
      const [behind, cell] = [backgrounds(image), course.cellNumber(image)];
      for (const text of svg.querySelectorAll("text")) {
        found.push(measuredText(text, svg, behind, cell));
      }
      host.remove();
    }
    for (const text of output.querySelectorAll("svg text")) {
      const svg = text.ownerSVGElement;
      found.push(measuredText(text, svg, backgrounds(svg), course.cellNumber(svg)));
    }
    return found;
  };

  // All words of the outputs, and of the pictures among them that are drawings.
  course.contrasts = () => {
    const found = [];
    for (const output of document.querySelectorAll(".jp-Notebook .jp-OutputArea-output")) {
      // The colours of errors are JupyterLab's own; that a cell raised is told as such.
      if (output.dataset.mimeType === "application/vnd.jupyter.stderr") continue;
      const walker = document.createTreeWalker(output, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        const element = walker.currentNode.parentElement;
        // The colours of Python code are those that JupyterLab gives it in every cell.
        const skipped = "svg, style, script, :disabled, .jp-RenderedMarkdown pre code";
        if (!walker.currentNode.data.trim() || element.closest(skipped)
          || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) {
          continue;
        }
        const colour = rgba(getComputedStyle(element).color);
        found.push(measured(walker.currentNode.data, colour, backgrounds(element),
          opacityOf(element), course.cellNumber(element)));
      }
      found.push(...drawings(output));
    }
    return found;
  };

  // Figures without paper of their own: their dark words would lie on the theme's dark page.
  course.transparentFigures = () =>
    [...document.querySelectorAll(".jp-RenderedImage img, .jp-RenderedMarkdown img")]
      .filter(image => {
        const [width, height] = [image.naturalWidth, image.naturalHeight];
        const copy = new OffscreenCanvas(width, height).getContext("2d");
        copy.drawImage(image, 0, 0);
        const edge = [[0, 0, width, 1], [0, height - 1, width, 1], [0, 0, 1, height]];
        return edge.some(box => copy.getImageData(...box).data.some((v, k) => k % 4 === 3 && v < 255))
          && backgrounds(image).some(back => luminance(back) < 0.5);
      })
      .map(image => ({ cell: course.cellNumber(image), text: (image.alt || "").slice(0, 60) }));
})(window.course);
