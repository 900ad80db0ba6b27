// Draws every [data-chart] with Vega's own interpreter (no eval), in the colours of the look chosen.
(() => {
  const colours = () => {
    const style = getComputedStyle(document.documentElement);
    const ink = style.getPropertyValue("--hd-quiet").trim();
    const line = style.getPropertyValue("--hd-line").trim();
    const card = style.getPropertyValue("--hd-card").trim();
    return {
      // A line of the page's colour parts what lies on one another, whatever the eye makes of hues.
      bar: { stroke: card, strokeWidth: 1.5 },
      background: "transparent",
      font: getComputedStyle(document.body).fontFamily,
      axis: { labelColor: ink, titleColor: ink, gridColor: line, domainColor: line, tickColor: line },
      legend: { labelColor: ink, titleColor: ink },
      title: { color: ink },
      view: { stroke: null },
    };
  };
  const draw = (place) => {
    const data = document.getElementById(place.dataset.chart);
    if (!data) return;
    const spec = JSON.parse(data.textContent);
    const legend = spec.encoding?.color?.legend;
    // On a phone the second of two names in a line would be cut off.
    if (legend?.columns && place.clientWidth < 360) legend.columns = 1;
    vegaEmbed(place, spec, {
      ast: true,
      actions: false,
      defaultStyle: false,
      renderer: "svg",
      // Its own style element would be refused; the look is in pages.css.
      tooltip: { disableDefaultStyle: true },
      config: colours(),
    });
  };
  const drawAll = (root) => root.querySelectorAll("[data-chart]").forEach(draw);
  document.addEventListener("DOMContentLoaded", () => drawAll(document));
  new MutationObserver(() => drawAll(document)).observe(document.documentElement, {
    attributes: true,
    attributeFilter: ["data-bs-theme"],
  });
})();
