export function Logo({ size = 24 }: { size?: number }) {
  return (
    <svg class="logo" width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path d="M16 3C9.9 3 6 7.6 6 13.6V28l4-3.2 3 3.2 3-3.2 3 3.2 3-3.2 4 3.2V13.6C26 7.6 22.1 3 16 3Z" />
      <circle cx="12.4" cy="13.4" r="2.1" />
      <circle cx="19.6" cy="13.4" r="2.1" />
    </svg>
  );
}
