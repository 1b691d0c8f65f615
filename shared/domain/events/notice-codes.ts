/** What a notice tells. A stored one may be that of another version. */
export type NoticeCode =
  | 'no_window_to_paste'
  | 'no_display'
  | 'no_window'
  | 'no_video'
  | 'video_not_kept'
  | 'video_lost'
  | 'video_lost_with_runner'
  | 'video_lost_in_parking'
  | 'no_checkpoints'
  | 'login_not_saved';
