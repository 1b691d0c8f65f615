import type { LiveTexts } from './en.ts';

export const spanishLive: LiveTexts = {
  alt: 'La página de la ejecución, en vivo',
  live: 'En vivo',
  away: 'Conectando de nuevo…',
  covered: 'Tapado: la página puede mostrar un secreto.',
  saves: 'Datos reducidos: una imagen cada pocos segundos',
  pages: 'Páginas de la ejecución',
  page: 'Página',
  popup: (number) => `Ventana ${number}`,
  wall: 'Muro en vivo',
  count: (shown) => (shown === 1 ? '1 ejecución en marcha' : `${shown} ejecuciones en marcha`),
  most: (most) => `Se muestran las ${most} más recientes.`,
  none: 'No hay ninguna ejecución en marcha.',
  noneLead: 'Las ejecuciones aparecen aquí en cuanto están en un runner.',
  waiting: 'Aún sin imagen',
};
