export interface Product {
  slug: string;
  name: string;
  price: number;
  tint: string;
  text: string;
}

/** What the sample shop sells; prices in whole euros. */
export const PRODUCTS: readonly Product[] = [
  { slug: 'mug', name: 'Ghost mug', price: 14, tint: '#818cf8', text: 'Shows its smile once the tea is in.' },
  {
    slug: 'lantern',
    name: 'Night lantern',
    price: 32,
    tint: '#fbbf24',
    text: 'Burns blue when a visitor is near.',
  },
  {
    slug: 'sheet',
    name: 'White sheet',
    price: 19,
    tint: '#38bdf8',
    text: 'Two holes, one size, washable at 60°.',
  },
  {
    slug: 'chain',
    name: 'Rattling chain',
    price: 27,
    tint: '#a3a3a3',
    text: 'Hand-forged, tuned to a low D.',
  },
  { slug: 'slippers', name: 'Silent slippers', price: 24, tint: '#f472b6', text: 'For floors that creak.' },
  {
    slug: 'notebook',
    name: 'Book of names',
    price: 11,
    tint: '#34d399',
    text: '160 pages, and one that writes back.',
  },
];

export const findProduct = (slug: string): Product | undefined =>
  PRODUCTS.find((product) => product.slug === slug);
