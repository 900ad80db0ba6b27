// The painted week: seven days of half hours over the rows of times that the form sends.
// Without script the rows alone are there, and they say the same.
(() => {
  const DAY = 1440, WEEK = 7 * DAY, STEP = 30, HOLD = 200, SLACK = 8;
  const words = JSON.parse(document.getElementById("grid-words")?.textContent ?? "null");
  if (!words) return;
  const clock = (minute) => `${String(Math.floor(minute / 60) % 24).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
  const minuteOf = (text) => {
    const [hours, minutes] = text.split(":").map(Number);
    return hours * 60 + minutes;
  };
  const say = (message, values) => message.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  // Minutes of the week that windows cover; what runs over Sunday's end goes on on Monday.
  const covered = (windows) => {
    const week = new Uint8Array(WEEK);
    for (const { days, start, end } of windows) {
      const length = (end > start ? end : end + DAY) - start;
      for (const day of days) {
        for (let at = 0; at < length; at++) week[(day * DAY + start + at) % WEEK] = 1;
      }
    }
    return week;
  };

  // The fewest windows that cover just these minutes; none is longer than a day.
  const windowsOf = (week) => {
    const first = week.indexOf(0);
    const stretches = [];
    if (first < 0) stretches.push([0, WEEK]);
    for (let at = 0; first >= 0 && at < WEEK; at++) {
      if (!week[(first + at) % WEEK]) continue;
      const begin = at;
      while (at < WEEK && week[(first + at) % WEEK]) at++;
      stretches.push([first + begin, first + at]);
    }
    const found = new Map();
    for (let [begin, end] of stretches) {
      while (begin < end) {
        const midnight = (Math.floor(begin / DAY) + 1) * DAY;
        const until = end - begin <= DAY ? end : midnight;
        const key = `${begin % DAY}-${until % DAY}`;
        if (!found.has(key)) found.set(key, { days: [], start: begin % DAY, end: until % DAY });
        found.get(key).days.push(Math.floor(begin / DAY) % 7);
        begin = until;
      }
    }
    return [...found.values()].sort((one, other) => one.start - other.start);
  };

  class Grid {
    constructor(root) {
      this.root = root;
      this.rows = root.parentElement.querySelector("[data-windows]");
      this.blank = root.parentElement.querySelector("template");
      this.effect = root.parentElement.querySelector("[data-effect]");
      this.beside = JSON.parse(root.dataset.beside).map((each) => ({ ...each, week: covered(each.windows) }));
      this.past = [];
      this.table = root.querySelector("[role=grid]");
      this.told = root.querySelector("[aria-live]");
      this.build();
      this.read();
      this.listen();
      root.hidden = false;
      this.rows.closest("details").open = Boolean(this.rows.querySelector("[role=alert]"));
    }

    build() {
      const row = (label, cells) => {
        const line = document.createElement("div");
        line.role = "row";
        line.append(label, ...cells);
        this.table.append(line);
      };
      const head = (role, text, title) => {
        const made = document.createElement("span");
        made.role = role;
        made.textContent = text;
        if (title) made.setAttribute("aria-label", title);
        return made;
      };
      row(head("columnheader", "", words.time), words.short.map((short, day) => head("columnheader", short, words.days[day])));
      this.cells = words.days.map(() => []);
      for (let half = 0; half < DAY / STEP; half++) {
        const cells = words.days.map((_, day) => {
          const cell = document.createElement("span");
          cell.role = "gridcell";
          cell.tabIndex = -1;
          cell.dataset.day = day;
          cell.dataset.half = half;
          this.cells[day].push(cell);
          return cell;
        });
        const time = clock(half * STEP);
        row(head("rowheader", half % 2 ? "" : time.slice(0, 2), time), cells);
      }
      this.here = this.cells[0][42];
      this.here.tabIndex = 0;
    }

    // From the rows of times to the picture.
    read() {
      const windows = [];
      for (const row of this.rows.querySelectorAll(".pg-window")) {
        const [start, end] = [...row.querySelectorAll("input[type=time]")].map((field) => minuteOf(field.value || "x"));
        const days = [...row.querySelectorAll("input:checked")].map((field) => Number(field.value));
        if (!Number.isNaN(start + end)) windows.push({ days, start, end });
      }
      this.week = covered(windows);
      this.draw();
    }

    // From the picture to the rows of times.
    write() {
      this.rows.replaceChildren(
        ...windowsOf(this.week).map((window, number) => {
          const made = this.blank.content.cloneNode(true);
          for (const field of made.querySelectorAll("[name], [value]")) {
            for (const name of ["name", "value"]) {
              const text = field.getAttribute(name);
              if (text) field.setAttribute(name, text.replace("99", number));
            }
          }
          for (const field of made.querySelectorAll("input[type=checkbox]")) field.checked = window.days.includes(Number(field.value));
          const [start, end] = made.querySelectorAll("input[type=time]");
          start.value = clock(window.start);
          end.value = clock(window.end);
          return made;
        }),
      );
      this.root.dispatchEvent(new Event("change", { bubbles: true }));
    }

    isPainted(day, half) {
      const begin = day * DAY + half * STEP;
      let count = 0;
      for (let at = begin; at < begin + STEP; at++) count += this.week[at];
      return count * 2 >= STEP;
    }

    draw() {
      this.root.classList.toggle("is-only", this.effect.value === "only");
      for (const [day, column] of this.cells.entries()) {
        for (const half of column.keys()) this.show(day, half);
      }
    }

    show(day, half) {
      const cell = this.cells[day][half];
      const [on, off] = this.effect.value === "only" ? [words.open, words.closed] : [words.closed, words.open];
      const painted = this.isPainted(day, half);
      const middle = day * DAY + half * STEP + STEP / 2;
      const others = this.beside.filter((each) => Boolean(each.week[middle]) !== each.opens).map((each) => each.by);
      cell.setAttribute("aria-selected", String(painted));
      cell.classList.toggle("is-beside", others.length > 0);
      const times = { day: words.days[day], start: clock(half * STEP), end: clock((half + 1) * STEP), state: painted ? on : off };
      const said = say(words.cell, times);
      cell.setAttribute("aria-label", others.length ? `${said} (${say(words.beside, { who: others.join(", ") })})` : said);
    }

    keep() {
      this.past.push(this.week.slice());
      if (this.past.length > 30) this.past.shift();
    }

    // Only this half hour looks different now: to draw all of them made a slow phone lag behind the finger.
    paint(cell, on) {
      const [day, half] = [Number(cell.dataset.day), Number(cell.dataset.half)];
      const begin = day * DAY + half * STEP;
      this.week.fill(on ? 1 : 0, begin, begin + STEP);
      this.show(day, half);
      this.move(cell, false);
      this.told.textContent = cell.getAttribute("aria-label");
    }

    move(cell, focus = true) {
      this.here.tabIndex = -1;
      this.here = cell;
      cell.tabIndex = 0;
      if (focus) cell.focus();
    }

    begin(cell) {
      this.keep();
      this.brush = cell.getAttribute("aria-selected") !== "true";
      this.last = cell;
      this.paint(cell, this.brush);
    }

    // A quick finger leaves cells out between two events: paint the line from the last one.
    go(x, y) {
      const cell = document.elementFromPoint(x, y)?.closest("[role=gridcell]");
      if (!cell || !this.table.contains(cell) || cell === this.last) return;
      const [from, to] = [this.last, cell].map((each) => [Number(each.dataset.day), Number(each.dataset.half)]);
      const steps = Math.max(Math.abs(to[0] - from[0]), Math.abs(to[1] - from[1]));
      for (let step = 1; step <= steps; step++) {
        const [day, half] = [0, 1].map((axis) => Math.round(from[axis] + ((to[axis] - from[axis]) * step) / steps));
        this.paint(this.cells[day][half], this.brush);
      }
      this.last = cell;
    }

    end() {
      if (this.brush === undefined) return;
      this.brush = undefined;
      this.write();
    }

    listen() {
      const cellOf = (event) => event.target.closest("[role=gridcell]");
      this.table.addEventListener("pointerdown", (event) => {
        const cell = cellOf(event);
        if (!cell || event.pointerType === "touch" || event.button) return;
        event.preventDefault();
        this.begin(cell);
        cell.focus();
      });
      addEventListener("pointermove", (event) => event.pointerType !== "touch" && this.brush !== undefined && this.go(event.clientX, event.clientY));
      addEventListener("pointerup", (event) => event.pointerType !== "touch" && this.end());
      this.listenToFingers(cellOf);
      this.table.addEventListener("keydown", (event) => this.key(event));
      this.table.addEventListener("keyup", (event) => event.key === "Shift" && this.end());
      this.table.addEventListener("focusout", () => this.end());
      this.rows.addEventListener("input", () => this.read());
      this.effect.addEventListener("change", () => this.draw());
      this.root.addEventListener("click", (event) => {
        const button = event.target.closest("button");
        if (button?.dataset.do === "undo") this.undo();
        if (button?.dataset.do === "copy") this.copy();
      });
    }

    // A finger that waits paints, one that moves at once scrolls the page, a tap turns one half hour.
    listenToFingers(cellOf) {
      let waiting = 0;
      let start = null;
      const stop = () => clearTimeout(waiting);
      this.table.addEventListener("touchstart", (event) => {
        const cell = cellOf(event);
        stop();
        if (!cell || event.touches.length > 1) return;
        const { clientX, clientY } = event.touches[0];
        start = { cell, clientX, clientY };
        waiting = setTimeout(() => {
          navigator.vibrate?.(12);
          this.begin(cell);
        }, HOLD);
      }, { passive: true });
      this.table.addEventListener("touchmove", (event) => {
        const { clientX, clientY } = event.touches[0];
        if (this.brush !== undefined) {
          event.preventDefault();
          this.go(clientX, clientY);
        } else if (start && Math.hypot(clientX - start.clientX, clientY - start.clientY) > SLACK) {
          stop();
          start = null;
        }
      }, { passive: false });
      this.table.addEventListener("touchend", (event) => {
        stop();
        if (start && this.brush === undefined) this.begin(start.cell);
        if (this.brush !== undefined) event.preventDefault();
        start = null;
        this.end();
      });
      this.table.addEventListener("touchcancel", () => {
        stop();
        start = null;
        this.end();
      });
      this.table.addEventListener("contextmenu", (event) => event.preventDefault());
    }

    key(event) {
      const cell = event.target;
      if (cell.role !== "gridcell") return;
      const [day, half] = [Number(cell.dataset.day), Number(cell.dataset.half)];
      const last = DAY / STEP - 1;
      const moves = {
        ArrowUp: [day, half - 1], ArrowDown: [day, half + 1], ArrowLeft: [day - 1, half], ArrowRight: [day + 1, half],
        PageUp: [day, Math.max(0, half - 4)], PageDown: [day, Math.min(last, half + 4)], Home: [day, 0], End: [day, last],
      };
      if (event.key === " " || event.key === "Enter") {
        event.preventDefault();
        this.begin(cell);
        this.end();
      } else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") {
        event.preventDefault();
        this.undo();
      } else if (moves[event.key]) {
        event.preventDefault();
        const [toDay, toHalf] = moves[event.key];
        const to = this.cells[toDay]?.[toHalf];
        if (!to) return;
        if (event.shiftKey) this.stretch(cell, to);
        else this.move(to);
      }
    }

    // With the shift key the next half hour becomes what this one is.
    stretch(from, to) {
      if (this.brush === undefined) {
        this.keep();
        this.brush = from.getAttribute("aria-selected") === "true";
      }
      const brush = this.brush;
      this.paint(to, brush);
      to.focus();
      this.brush = brush;
      this.write();
    }

    undo() {
      const before = this.past.pop();
      if (!before) return;
      this.week = before;
      this.draw();
      this.write();
      this.told.textContent = words.undone;
    }

    copy() {
      const [from, to] = [...this.root.querySelectorAll("select")].map((select) => select.value);
      const source = this.week.slice(from * DAY, (Number(from) + 1) * DAY);
      this.keep();
      for (const day of to.split("")) this.week.set(source, day * DAY);
      this.draw();
      this.write();
      this.told.textContent = words.copied;
    }
  }

  // A folded week is built when somebody unfolds it.
  for (const root of document.querySelectorAll("[data-week]")) {
    const fold = root.closest("details");
    const start = () => root.hidden && new Grid(root);
    if (!fold || fold.open) start();
    else fold.addEventListener("toggle", start, { once: true });
  }
})();
