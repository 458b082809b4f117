// Turns the names of formats in a chart's option into functions. Loaded in the page and in the
// server's isolate, so that a chart reads the same wherever it is drawn (numbers.py writes tables).
(function (scope) {
  "use strict";

  const units = {
    ko: [[1e8, 1e8, "억"], [1e4, 1e4, "만"]],
    en: [[1e9, 1e9, "bn"], [1e6, 1e6, "M"], [1e4, 1e3, "k"]],
  };

  function grouped(value, digits) {
    const [whole, part] = Math.abs(value).toFixed(digits).split(".");
    const sign = value < 0 && Number(Math.abs(value).toFixed(digits)) !== 0 ? "-" : "";
    return sign + whole.replace(/\B(?=(\d{3})+$)/g, ",") + (part ? "." + part : "");
  }

  function trimmed(value) {
    const size = Math.abs(value);
    const text = grouped(value, size >= 1000 ? 0 : size >= 10 ? 1 : 2);
    return text.includes(".") ? text.replace(/0+$/, "").replace(/\.$/, "") : text;
  }

  function short(value, language, format) {
    if (value === null || value === undefined || !isFinite(value)) return "–";
    if (format === "percent") return trimmed(value * 100) + "%";
    if (format === "year" || format === "text") return String(value);
    for (const [from, by, unit] of units[language]) {
      if (Math.abs(value) >= from) return trimmed(value / by) + unit;
    }
    return trimmed(value);
  }

  function full(value, language, format) {
    if (value === null || value === undefined || !isFinite(value)) return "–";
    if (format === "percent") return grouped(value * 100, 1) + "%";
    if (format === "year" || format === "text") return String(value);
    const whole = Math.abs(value - Math.round(value)) <= 1e-6 && format !== "decimal";
    return grouped(value, whole ? 0 : Math.abs(value) >= 10 ? 1 : 2);
  }

  function revive(option, colours) {
    if (Array.isArray(option)) return option.map((part) => revive(part, colours));
    if (typeof option === "string" && option.startsWith("@format:")) {
      const [, kind, language, format] = option.split(":");
      if (kind === "size") return (value) => short(Math.abs(value), language, format);
      return (value) => short(value, language, format);
    }
    if (typeof option === "string" && option.startsWith("@colour:")) {
      return colours[option.slice(8)];
    }
    if (option && typeof option === "object") {
      return Object.fromEntries(
        Object.entries(option).map(([key, part]) => [key, revive(part, colours)]));
    }
    return option;
  }

  scope.dataroFormat = { short, full, revive };
})(typeof globalThis === "undefined" ? this : globalThis);
