import type { AccountMatter } from './account.tsx';
import { EverywhereDialog } from './everywhere-dialog.tsx';
import { PasswordDialog } from './password-dialog.tsx';

export function AccountDialog({ matter, onClose }: { matter: AccountMatter; onClose(): void }) {
  return matter === 'password' ? (
    <PasswordDialog onClose={onClose} />
  ) : (
    <EverywhereDialog onClose={onClose} />
  );
}
