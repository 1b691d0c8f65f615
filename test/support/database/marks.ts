/** SQL: `seq` and `rank` up to where NATS has acknowledged the entries of the run $1, whether or not anything is left. */
export const MARK_OF = `
select coalesce(mark.seq, last_seq) as seq,
  coalesce(mark.rank, case status when 'running' then 1 when 'cancelling' then 2 else 4 end) as rank
from runs left join unpublished as mark on run_id = id where id = $1`;
