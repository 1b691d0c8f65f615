import { formatFlow } from '../kit/editor/flow-text.ts';

/** A flow to start from. */
export interface FlowExample {
  name: string;
  /** The text that is put into the editor. */
  text: string;
  /** It visits the sample shop, which has to be opened beside. */
  needsShop: boolean;
}

/** Flows that visit pages of the gateway, by name. */
const OWN_FLOWS = {
  tour: {
    steps: [
      { action: 'goto', url: '/docs' },
      { action: 'fill', selector: 'input[type=search]', value: 'cancel' },
      { action: 'waitForSelector', selector: 'nav a:visible' },
      { action: 'hover', selector: 'nav li:not([hidden]) a >> nth=0' },
      { action: 'click', selector: 'nav li:not([hidden]) a >> nth=0' },
      { action: 'snapshot' },
    ],
  },
  wait: {
    steps: [
      { action: 'goto', url: '/docs' },
      { action: 'hover', selector: 'h1' },
      { action: 'waitForSelector', selector: 'text=Godot has come', timeoutMs: 120_000 },
    ],
    onCancel: [{ action: 'goto', url: '/health' }],
  },
  miss: {
    steps: [
      { action: 'goto', url: '/docs' },
      { action: 'click', selector: "button:has-text('Order a ghost')", timeoutMs: 1_500 },
    ],
  },
};

/** Flows that need nothing but the gateway itself. */
export const ownExamples = (origin: string): FlowExample[] =>
  Object.entries(OWN_FLOWS).map(([name, flow]) => ({
    name,
    text: formatFlow({ baseUrl: origin, captureScreenshotAfterEachStep: true, ...flow }),
    needsShop: false,
  }));

/** A flow of the examples folder. */
export const givenExample = ({ name, text }: { name: string; text: string }): FlowExample => ({
  name,
  text: text.trimEnd(),
  needsShop: text.includes('"sample-shop"'),
});
