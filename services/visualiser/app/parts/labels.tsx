/** The labels of a run. */
export function Labels({ of }: { of: readonly string[] }) {
  return (
    <span class="tags">
      {of.map((label) => (
        <span key={label} class="tag" title={label}>
          {label}
        </span>
      ))}
    </span>
  );
}
