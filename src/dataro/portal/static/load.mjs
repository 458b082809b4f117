// Load a classic script once.
const loading = new Map();

export function load(address) {
  if (!loading.has(address)) {
    loading.set(address, new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = address;
      script.onload = done;
      script.onerror = () => failed(new Error(`cannot load ${address}`));
      document.head.append(script);
    }));
  }
  return loading.get(address);
}
