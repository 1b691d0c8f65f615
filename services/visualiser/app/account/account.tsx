import { text } from '../text/text.ts';

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
