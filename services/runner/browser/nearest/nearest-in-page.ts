interface WantedName {
  kind: string;
  attribute: string;
  value: string;
}
/** A name that the page has, and which of the wanted ones it may be near to. */
export interface FoundName {
  of: number;
  value: string;
}
/** What is used of the page's own types; this process has none of them. */
interface NamedElement {
  textContent: string | null;
  getAttribute(name: string): string | null;
}
declare const document: { querySelectorAll(selector: string): Iterable<NamedElement> };

/** Runs in the page: names of its elements that may be near to those that are wanted, each once, in the order of the page. */
export function namesInPage(wanted: WantedName[]): FoundName[] {
  const MOST = { elements: 3_000, names: 500 };
  const LONGEST = 80;
  const TEXTS = 'a,button,label,summary,option,th,td,li,p,span,h1,h2,h3,h4,h5,h6,[role],[aria-label]';
  const found: FoundName[] = [];
  for (const [of, { kind, attribute, value }] of wanted.entries()) {
    const byAttribute = kind === 'id' || kind === 'attribute';
    const [first = ''] = value.toLowerCase().match(/[\p{L}\p{N}]{3,}/u) ?? [];
    const seen = new Set<string>();
    let looked = 0;
    for (const element of document.querySelectorAll(byAttribute ? `[${attribute}]` : TEXTS)) {
      looked += 1;
      if (looked > MOST.elements || seen.size >= MOST.names) break;
      const text = byAttribute
        ? element.getAttribute(attribute)
        : (element.getAttribute('aria-label') ?? element.textContent);
      const name = (text ?? '')
        .slice(0, 10 * LONGEST)
        .trim()
        .replace(/\s+/g, ' ');
      const isAsLong = Math.abs(name.length - value.length) <= Math.max(name.length, value.length) / 3;
      const mayBe = isAsLong || (first !== '' && name.toLowerCase().includes(first));
      if (name === '' || name.length > LONGEST || seen.has(name) || !mayBe) continue;
      seen.add(name);
      found.push({ of, value: name });
    }
  }
  return found;
}
