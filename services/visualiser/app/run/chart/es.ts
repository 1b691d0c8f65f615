import type { StateTexts } from './en.ts';

export const spanishStates: StateTexts = {
  waits: {
    runner: 'Está en la cola hasta que un ejecutor la tome.',
    browser: 'Un ejecutor la tiene y abre un contexto del navegador.',
    steps: 'Recorre los pasos del flujo.',
    commit: 'Espera a que se guarde el paso anterior; aquí un flujo puede parar.',
    step: 'Hay un paso en curso en el navegador.',
    answer: 'Espera la respuesta de una persona.',
    pausing: 'Se abortó la llamada pendiente; después la ejecución queda en pausa.',
    resume: 'En pausa: espera a que una persona la reanude.',
    sealing: 'Se guarda lo que necesita para seguir en otro lugar; luego se cierra su navegador.',
    person: 'Espera a una persona, sin ejecutor ni navegador; luego a un ejecutor.',
    outcome: 'El flujo ha acabado: el contexto se cierra antes de que cuente el resultado.',
  },
  rungs: {
    finish: 'Espera a que un paso atómico acabe por sí mismo.',
    abort: 'Se interrumpió la llamada pendiente; espera a que vuelva.',
    cleanup: 'Ejecuta los pasos onCancel del flujo.',
    close: 'Cierra el contexto del navegador.',
    kill: 'Termina el navegador a la fuerza.',
  },
  statuses: {
    running: 'El flujo está en curso.',
    cancelling: 'Se recibió una cancelación: avanza de etapa en etapa hasta que acaba.',
    pass: 'El flujo está hecho.',
    fail: 'Un paso falló, o la ejecución fue detenida.',
  },
};
