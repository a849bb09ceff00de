// In the page: which controls the widgets have, and what they show beside them.
window.course = window.course || {};

(course => {
  const CONTROLS = ".noUi-handle, input:not([type=hidden]), select, textarea, button";

  const shown = element => element.getClientRects().length > 0;

  // The widget that a control is a part of: a slider with its label and its number, say. Which
  // of these classes it has differs from kind to kind; boxes around widgets have the last.
  const widgetOf = control => control.closest(
    ".widget-radio, .widget-inline-hbox, .widget-inline-vbox, .jupyter-widgets");

  course.cells = () => [...document.querySelectorAll(".jp-Notebook .jp-Cell")];

  // Counted from 1, as people do.
  course.cellNumber = element => course.cells().indexOf(element.closest(".jp-Cell")) + 1;

  // Every output that holds a widget.
  course.widgetOutputs = () =>
    [...document.querySelectorAll(".jp-Notebook .jp-OutputArea-output")].filter(
      output => output.querySelector(".jupyter-widgets") && shown(output));

  // The controls of one such output, in the order of the page. Radio buttons that exclude each
  // other are one control.
  course.controls = place => {
    const output = course.widgetOutputs()[place];
    const found = [...output.querySelectorAll(CONTROLS)].filter(
      control => widgetOf(control) && (shown(control) || control.type === "radio"));
    return found.filter(control => control.type !== "radio" || control === standInOf(control));
  };

  const groupOf = radio => [...widgetOf(radio).querySelectorAll("input[type=radio]")];

  // The radio button that has the focus when its group is moved: the chosen one, from where an
  // arrow key leads on; in a group without a name, where none does, the one to be chosen next.
  const standInOf = radio => {
    const group = groupOf(radio);
    const chosen = group.findIndex(other => other.checked);
    return chosen >= 0 && radio.name ? group[chosen] : group[(chosen + 1) % group.length];
  };

  const kindOf = control => {
    if (control.matches(".noUi-handle")) return "slider";
    if (control.tagName === "BUTTON") return "button";
    if (control.tagName === "SELECT") return "dropdown";
    return ["radio", "checkbox"].includes(control.type) ? control.type : "text field";
  };

  const nameOf = control => {
    const label = (control.type !== "radio" && control.closest("label"))
      || widgetOf(control).querySelector(".widget-label");
    const own = control.tagName === "BUTTON" ? control.textContent : "";
    const group = control.closest("[aria-label]:not(.jp-Cell, .jp-Notebook)");
    const named = [own, label && label.textContent, control.title, group && group.ariaLabel];
    return named.map(words => (words || "").trim().slice(0, 60)).find(words => words) || "";
  };

  // The key that moves a control: one that has an effect from where the control stands.
  const keyOf = (control, kind) => {
    if (kind === "slider") {
      const at = name => Number(control.getAttribute(`aria-value${name}`));
      return at("now") < at("max") ? "ArrowRight" : "ArrowLeft";
    }
    if (kind === "dropdown") {
      return control.selectedIndex < control.options.length - 1 ? "ArrowDown" : "ArrowUp";
    }
    if (kind === "radio") return control.checked ? "ArrowDown" : "Space";
    return { button: "Space", checkbox: "Space" }[kind] || "1";
  };

  // A slider with one place and a list of one choice have nowhere to go.
  const isFixed = (control, kind) =>
    kind === "slider" ? control.ariaValueMin === control.ariaValueMax
      : kind === "dropdown" ? control.options.length < 2
        : kind === "radio" ? groupOf(control).length < 2 : false;

  course.describe = (place, number) => {
    const control = course.controls(place)[number];
    const kind = kindOf(control);
    const disabled = Boolean(control.disabled || control.closest("[disabled]"));
    return {
      kind, name: nameOf(control), key: keyOf(control, kind), disabled,
      fixed: isFixed(control, kind), cell: course.cellNumber(control),
    };
  };

  // What an output shows beside its controls: its pictures, where it has any, and its words.
  course.shownBeside = place => {
    const output = course.widgetOutputs()[place];
    const widgets = new Set(course.controls(place).map(widgetOf));
    const copy = output.cloneNode(true);
    const copies = [...copy.querySelectorAll("*")];
    [...output.querySelectorAll("*")].forEach((element, k) => {
      if (widgets.has(element)) copies[k].remove();
    });
    const pictures = [...output.querySelectorAll("img, svg, canvas")].filter(
      picture => ![...widgets].some(widget => widget.contains(picture)));
    const drawn = pictures.map(
      picture => picture.src || (picture.toDataURL ? picture.toDataURL() : picture.outerHTML));
    return { pictures: drawn.length, picture: drawn.join("\n"), words: copy.textContent };
  };

  // Which control of the output has the focus; -1 if none has.
  course.focused = place => {
    const active = document.activeElement;
    return course.controls(place).findIndex(
      control => control === active || (control.type === "radio" && active.type === "radio"
        && groupOf(control).includes(active)));
  };

  // All of an output, or where it is taller than the window, its beginning.
  course.bringIntoView = place => {
    const output = course.widgetOutputs()[place];
    const fits = output.getBoundingClientRect().height < 0.7 * window.innerHeight;
    output.scrollIntoView({ block: fits ? "center" : "start", behavior: "instant" });
  };

  // Begin where the keyboard is when a cell is selected.
  course.selectCell = place => {
    const notebook = window.jupyterapp.shell.currentWidget.content;
    const cell = course.widgetOutputs()[place].closest(".jp-Cell");
    notebook.activeCellIndex = course.cells().indexOf(cell);
    notebook.mode = "command";
    cell.focus();
  };

  // Whether the control with the focus lies on the screen with nothing over it.
  course.seesFocus = () => {
    const box = document.activeElement.getBoundingClientRect();
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    const hit = document.elementFromPoint(x, y);
    const label = document.activeElement.closest("label");
    return box.width > 0 && box.height > 0 && hit !== null
      && (document.activeElement.contains(hit) || Boolean(label && label.contains(hit)));
  };
})(window.course);
