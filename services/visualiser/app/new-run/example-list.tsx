import { type FlowExample, givenExample, ownExamples } from './examples.ts';
import { newRunWords } from './words.ts';

export const EXAMPLE_FLOWS: readonly FlowExample[] = [
  ...ownExamples(location.origin),
  ...(JSON.parse(EXAMPLES) as { name: string; text: string }[]).map(givenExample),
];

/** Flows to start from, those that need the sample shop apart from the others. */
export function ExampleList({ current, onChoose }: { current: string; onChoose(flow: string): void }) {
  const words = newRunWords.value;
  const named: Readonly<Record<string, string>> = words.names;
  const places = new Map(Object.keys(named).map((name, n) => [name, n]));
  const placeOf = ({ name }: FlowExample) => places.get(name) ?? places.size;
  const group = (needsShop: boolean) => (
    <ul>
      {EXAMPLE_FLOWS.filter((example) => example.needsShop === needsShop)
        .toSorted((a, b) => placeOf(a) - placeOf(b))
        .map(({ name, text: flow }) => (
          <li key={name}>
            <button type="button" aria-pressed={flow === current} onClick={() => onChoose(flow)}>
              <span class="example-name">{named[name] ?? name}</span>
              {named[`${name}Lead`] !== undefined && <span class="example-lead">{named[`${name}Lead`]}</span>}
            </button>
          </li>
        ))}
    </ul>
  );
  return (
    <aside class="examples" aria-labelledby="examples-title">
      <h2 id="examples-title">{words.examples}</h2>
      {group(false)}
      <h3>{words.shop}</h3>
      <p class="hint">
        {words.needsShop} <code>npx ghostly shop</code>
      </p>
      {group(true)}
    </aside>
  );
}
