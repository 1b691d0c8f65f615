import type { englishNewRun } from './en.ts';

export const spanishNewRun: typeof englishNewRun = {
  newRun: {
    title: 'Nueva ejecución',
    lead: 'Un flujo es una lista de pasos del navegador. Parte de un ejemplo o pega el tuyo.',
    examples: 'Ejemplos',
    project: 'Proyecto',
    flow: 'Flujo (JSON)',
    submit: 'Iniciar la ejecución',
    busy: 'Iniciando…',
    valid: 'El flujo se puede ejecutar.',
    issues: (count) => (count === 1 ? '1 problema' : `${count} problemas`),
    issueAt: (line) => `línea ${line}`,
    notJson: (found) =>
      found === ''
        ? 'Aún no es JSON: termina demasiado pronto.'
        : `No es JSON: aquí no se espera "${found}".`,
    notObject: 'Un flujo es un objeto con baseUrl y steps.',
    noProject: 'No estás en ningún proyecto en el que puedas iniciar ejecuciones.',
    suggestions: 'Sugerencias',
    suggested: (count) => (count === 1 ? '1 sugerencia' : `${count} sugerencias`),
    refused: 'La puerta de enlace lo rechazó:',
    shop: 'En la tienda de muestra',
    needsShop: 'Inicia antes la tienda:',
    names: {
      tour: 'Un paseo por la referencia de la API',
      tourLead: 'Seis pasos en páginas de esta misma puerta de enlace, cada uno con su imagen.',
      wait: 'Esperar lo que nunca llega',
      waitLead: 'Hecha para detenerla: pulsa Detener y lee el recibo.',
      miss: 'Un botón que no está',
      missLead: 'Falla en su segundo paso.',
      hello: 'Mirar un producto',
      helloLead: 'Tres pasos; acaba bien.',
      order: 'Pedir una taza',
      orderLead: 'Clic, texto, selección: nueve pasos; acaba bien.',
      'missing-button': 'Un botón que falta en la tienda',
      'missing-buttonLead': 'Falla en su tercer paso.',
      warehouse: 'Esperar en el almacén',
      warehouseLead: 'Espera dos minutos: detenla.',
      careful: 'Un pedido que limpia',
      carefulLead: 'Un paso atómico y pasos onCancel: detenla.',
    },
  },
};
