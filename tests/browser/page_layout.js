// In the page: what of the outputs is cut off, covered, or reached by scrolling sideways only.
window.course = window.course || {};

(course => {
  const SLACK = 2; // pixels, for rounding
  const CLIPS = ["hidden", "clip"];

  const isHidden = element =>
    !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })
    // Words for screen readers alone.
    || Boolean(element.closest("mjx-assistive-mml, .visually-hidden, .sr-only"));

  // Pictures, controls and words, each with the boxes that it takes on the page.
  const contents = output => {
    const found = [];
    for (const element of output.querySelectorAll("img, svg, canvas, input, select, button")) {
      if (!isHidden(element)) found.push([element, [element.getBoundingClientRect()]]);
    }
    const walker = document.createTreeWalker(output, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    while (walker.nextNode()) {
      const text = walker.currentNode;
      if (!text.data.trim() || text.parentElement.closest("svg") || isHidden(text.parentElement)) {
        continue;
      }
      range.selectNodeContents(text);
      found.push([text.parentElement, [...range.getClientRects()], text.data]);
    }
    return found.map(([element, boxes, words]) => ({
      element, words, boxes: boxes.filter(box => box.width > 1 && box.height > 1),
    }));
  };

  const told = (item, what) => ({
    what, cell: course.cellNumber(item.element),
    text: (item.words || item.element.alt || item.element.textContent || item.element.tagName)
      .trim().slice(0, 60),
  });

  // Along one axis: is a box cut off by an ancestor? What scrolls in the notebook is seen whole
  // in the end, so from there on the scroller's own box counts; `sideways` notes that it scrolls.
  const cutAlong = (element, box, axis) => {
    let [low, high] = axis === "X" ? [box.left, box.right] : [box.top, box.bottom];
    let sideways = false;
    for (let outer = element; outer && !outer.matches(".jp-Notebook");
      outer = outer.parentElement) {
      const style = getComputedStyle(outer);
      const flow = style[`overflow${axis}`];
      if (flow === "visible" || style.display === "inline") continue;
      const edge = outer.getBoundingClientRect();
      const [from, to] = axis === "X" ? [edge.left, edge.right] : [edge.top, edge.bottom];
      const beyond = low < from - SLACK || high > to + SLACK;
      if (beyond && CLIPS.includes(flow)) return { cut: true, sideways };
      if (beyond) {
        sideways = true;
        [low, high] = [from, to];
      }
    }
    const page = document.querySelector(".jp-Notebook").getBoundingClientRect();
    return { cut: false, sideways: sideways || (axis === "X" && high > page.right + SLACK) };
  };

  // Whether a place on the screen is one where the notebook shows through all that scrolls.
  const isInView = (element, x, y) => {
    for (let outer = element.parentElement; !outer.matches(".jp-Notebook");
      outer = outer.parentElement) {
      const edge = outer.getBoundingClientRect();
      const inside = x > edge.left && x < edge.right && y > edge.top && y < edge.bottom;
      if (!inside && getComputedStyle(outer).overflowY !== "visible") return false;
    }
    return true;
  };

  const isCovered = (element, box) => {
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    const hit = isInView(element, x, y) ? document.elementFromPoint(x, y) : null;
    if (hit === null || element.contains(hit) || hit.contains(element)) return false;
    // The parts of a slider, and a choice and its label, may lie over each other.
    const one = hit.closest(".widget-slider, label");
    return !(one && one.contains(element));
  };

  // The boxes are taken again: to bring it into view, everything moves.
  const coveredInView = ({ element, words }) => {
    element.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
    return contents(element.parentElement).some(now => now.element === element
      && now.words === words && now.boxes.some(box => isCovered(element, box)));
  };

  // All that is wrong with the outputs' layout.
  course.layout = () => {
    const problems = [];
    const add = (item, what) => problems.push(told(item, what));
    for (const output of document.querySelectorAll(".jp-Notebook .jp-OutputArea-output")) {
      const isWidget = Boolean(output.querySelector(".jupyter-widgets"));
      const items = contents(output);
      for (const item of items) {
        const along = item.boxes.flatMap(
          box => ["X", "Y"].map(axis => ({ axis, ...cutAlong(item.element, box, axis) })));
        item.cut = along.some(way => way.cut);
        if (item.cut) add(item, "cut off");
        // Long lines of printed text and wide tables may scroll; a widget has to fit.
        else if (isWidget && along.some(way => way.axis === "X" && way.sideways)) {
          add(item, "reached by scrolling sideways only");
        }
      }
      const whole = isWidget ? items.filter(item => !item.cut) : [];
      whole.filter(coveredInView).forEach(item => add(item, "covered"));
    }
    return problems;
  };
})(window.course);
