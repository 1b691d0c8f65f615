import { text } from '../text/text.ts';
import { EverywhereDialog } from './everywhere-dialog.tsx';
import { PasswordDialog } from './password-dialog.tsx';

/** What a person can do about the own account in a dialog. */
export type AccountMatter = 'password' | 'everywhere';

/** The links as they stand in the menu, which a choice closes. */
export function AccountLinks({ onChoose }: { onChoose(matter: AccountMatter): void }) {
  const { account } = text.value;
  return (
    <>
      <button type="button" class="menu-link" onClick={() => onChoose('password')}>
        {account.changePassword}
      </button>
      <button type="button" class="menu-link" onClick={() => onChoose('everywhere')}>
        {account.signOutEverywhere}
      </button>
    </>
  );
}

export function AccountDialog({ matter, onClose }: { matter: AccountMatter; onClose(): void }) {
  return matter === 'password' ? (
    <PasswordDialog onClose={onClose} />
  ) : (
    <EverywhereDialog onClose={onClose} />
  );
}
