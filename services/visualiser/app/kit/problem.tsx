import { Icon } from './icon.tsx';

/** What is wrong with a form; its place is there before, so that it is read out. */
export function FormProblem({ id, text }: { id?: string; text: string }) {
  return (
    <p class="problem" id={id} role="alert">
      {text !== '' && (
        <>
          <Icon name="warning" />
          {text}
        </>
      )}
    </p>
  );
}
