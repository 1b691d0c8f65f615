import type { webhooks as english } from '../en/webhooks.ts';

export const webhooks: typeof english = {
  webhooks: {
    title: 'Webhooks',
    lead: 'URLs a las que se avisa de lo que ocurre con las ejecuciones de este proyecto.',
    add: 'Añadir un webhook',
    none: 'Ningún webhook',
    noneLead:
      'Añade una URL y se le avisará cuando las ejecuciones de este proyecto empiecen, se detengan y terminen.',
    noProject: 'No estás en ningún proyecto.',
    failed: 'No se pudieron leer los webhooks.',
    notOwner: 'Solo los propietarios de un proyecto pueden ver sus webhooks.',
    read: 'Se lee, no se envía',
    maker: (email: string | undefined) =>
      email === undefined ? 'Se eliminó a quien lo creó.' : `Creado por ${email}`,
    states: { enabled: 'activo', failing: 'con fallos', disabled: 'desactivado' },
    why: {
      user: 'Alguien lo desactivó. No se le avisa de nada hasta que se active.',
      gone: 'Su receptor respondió 410, así que no se le envía nada más.',
      failing:
        'Nada llegó durante días, así que se desactivó. Cuando se active, recibirá lo que ha esperado.',
      maker:
        'Quien lo creó ya no es propietario del proyecto. Comprueba su URL; si lo activas, será tuyo y tendrá un secreto nuevo.',
    },
    events: {
      'run.queued': 'Se aceptó una ejecución.',
      'run.started': 'Un ejecutor la ha iniciado.',
      'run.cancelling': 'Se está deteniendo.',
      'run.stale': 'Se perdió su ejecutor.',
      'run.finished': 'Ha terminado.',
    },
    test: 'Enviar una prueba',
    rotate: 'Secreto nuevo…',
    enable: 'Activar',
    disable: 'Desactivar',
    remove: 'Eliminar…',
    form: {
      title: 'Añadir un webhook',
      url: 'Dirección (URL)',
      description: 'Descripción (opcional)',
      events: 'De qué se le avisa',
      keep: 'Dejarlo',
      submit: 'Añadirlo',
      busy: 'Añadiendo…',
    },
    secret: {
      title: 'Su secreto',
      lead: 'Solo se muestra ahora. Con él, el receptor comprueba que los mensajes vienen de aquí.',
      copy: 'Copiar el secreto',
      done: 'Lo he guardado',
    },
    rotateAsk: {
      title: '¿Darle un secreto nuevo?',
      lead: 'Los mensajes se firman con los dos secretos durante un día, para cambiar el receptor entretanto.',
      keep: 'Conservar el secreto',
      submit: 'Secreto nuevo',
      busy: 'Cambiando…',
    },
    removeAsk: {
      title: '¿Eliminar este webhook?',
      lead: 'No se le avisa de nada más, tampoco de lo que aún espera a ser enviado.',
      keep: 'Conservarlo',
      submit: 'Eliminarlo',
      busy: 'Eliminando…',
    },
    deliveries: 'De qué se le avisó',
    noDeliveries: 'Nada todavía.',
    deliveryStates: { pending: 'espera', delivered: 'entregado', failed: 'abandonado' },
    attempts: 'Intentos',
    next: (time: string) => `Próximo intento: ${time}`,
    resend: 'Enviar de nuevo',
    more: 'Más antiguos',
  },
};
