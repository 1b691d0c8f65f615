import type { ComponentChildren, TargetedSubmitEvent } from 'preact';
import { useId } from 'preact/hooks';
import { Dialog, DialogActions } from './dialog.tsx';
import { FormProblem } from './problem.tsx';

interface FormDialogProps {
  title: string;
  lead?: string | undefined;
  words: { keep: string; submit: string; busy: string };
  tone?: 'primary' | 'danger';
  /** To leave everything as it is has the focus first. */
  isKeepFirst?: boolean;
  /** Names its form, for style and tests. */
  form?: string;
  busy: boolean;
  problem: string;
  onSubmit(form: HTMLFormElement): void;
  onClose(): void;
  children?: ComponentChildren;
}

/** A dialog that asks for something and sends it: a title, fields, what went wrong, and the two ways out. */
export function FormDialog({
  title,
  lead,
  tone = 'primary',
  form = '',
  children,
  ...props
}: FormDialogProps) {
  const id = useId();
  function submit(event: TargetedSubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    props.onSubmit(event.currentTarget);
  }
  return (
    <Dialog labelledBy={id} onClose={props.onClose}>
      <form class={`form ${form}`} autocomplete="off" onSubmit={submit}>
        <h2 id={id}>{title}</h2>
        {lead !== undefined && <p class="clip">{lead}</p>}
        {children}
        <FormProblem text={props.problem} />
        <DialogActions
          words={props.words}
          busy={props.busy}
          tone={tone}
          isKeepFirst={props.isKeepFirst ?? false}
          onKeep={props.onClose}
        />
      </form>
    </Dialog>
  );
}
