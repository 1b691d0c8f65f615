import { useEffect, useState } from 'preact/hooks';
import { TextField } from '../kit/inputs/text-field.tsx';
import { FLOW_NAME } from './flow-name.ts';
import { readFlowNames } from './flows.ts';

interface FlowFieldProps {
  project: string;
  label: string;
  hint: string;
  flow: string | undefined;
  issue: string | undefined;
  required?: boolean;
}

/** The name of a flow; those of the project are offered. */
export function FlowField({ project, flow, ...given }: FlowFieldProps) {
  const [names, setNames] = useState<readonly string[]>([]);
  useEffect(() => {
    const leaving = new AbortController();
    void readFlowNames(project, leaving.signal).then(setNames);
    return () => leaving.abort();
  }, [project]);
  return (
    <TextField
      {...given}
      name="flow"
      class="code"
      choices={names}
      maxLength={100}
      pattern={FLOW_NAME}
      defaultValue={flow ?? ''}
    />
  );
}
