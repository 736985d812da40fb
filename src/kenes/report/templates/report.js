"use strict";
(() => {
  const tallest = 780;
  const told = document.documentElement.dataset;
  const plots = [...document.querySelectorAll(".plot")];
  const drawn = plots.map((plot) => {
    const spec = JSON.parse(document.getElementById(plot.dataset.spec).textContent);
    return Plotly.newPlot(plot, spec.data, spec.layout, { responsive: true, displayModeBar: false, doubleClick: false });
  });
  Promise.all(drawn).then(() => { told.drawn = "yes"; }, () => { told.drawn = "no"; });
  window.addEventListener("beforeprint", () => plots.forEach((plot) => {
    Plotly.Plots.resize(plot);
    plot.style.zoom = Math.min(1, tallest / plot.offsetHeight);  // a figure stands on one sheet of paper
  }));
  window.addEventListener("afterprint", () => plots.forEach((plot) => {
    plot.style.zoom = 1;
    Plotly.Plots.resize(plot);
  }));
})();
