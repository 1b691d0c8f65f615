/** Texts of a new run. */
export const englishNewRun = {
  newRun: {
    title: 'New run',
    lead: 'A flow is a list of browser steps. Start from an example, or paste one of your own.',
    examples: 'Examples',
    project: 'Project',
    flow: 'Flow (JSON)',
    submit: 'Start the run',
    busy: 'Starting…',
    valid: 'The flow can run.',
    issues: (count: number) => (count === 1 ? '1 problem' : `${count} problems`),
    issueAt: (line: number) => `line ${line}`,
    notJson: (found: string) =>
      found === ''
        ? 'This is not JSON yet: it ends too early.'
        : `This is not JSON: "${found}" is not expected here.`,
    notObject: 'A flow is an object with baseUrl and steps.',
    noProject: 'You are not in any project in which you may start runs.',
    suggestions: 'Suggestions',
    suggested: (count: number) => (count === 1 ? '1 suggestion' : `${count} suggestions`),
    refused: 'The gateway refused it:',
    shop: 'In the sample shop',
    needsShop: 'Start the shop first:',
    names: {
      tour: 'A walk through the API reference',
      tourLead: 'Six steps on pages of this very gateway, each with a picture.',
      wait: 'Wait for what never comes',
      waitLead: 'Made to be stopped: press Stop and read the receipt.',
      miss: 'A button that is not there',
      missLead: 'Fails at its second step.',
      hello: 'Look at a product',
      helloLead: 'Three steps, passes.',
      order: 'Order a mug',
      orderLead: 'Click, fill, select: nine steps, passes.',
      'missing-button': 'A missing button in the shop',
      'missing-buttonLead': 'Fails at its third step.',
      warehouse: 'Wait at the warehouse',
      warehouseLead: 'Waits for two minutes: stop it.',
      careful: 'An order that cleans up',
      carefulLead: 'An atomic step, and onCancel steps: stop it.',
    },
  },
};
