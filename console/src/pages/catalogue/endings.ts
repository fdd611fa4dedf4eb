/** The ending of a file's name, as `.xlsx`. */
function endingOf(name: string): string {
  return /\.[^.]*$/.exec(name)?.[0].toLowerCase() ?? '';
}

/** Why files of these names are not taken, before anything is sent; nothing if their endings are among `accept`, as `.xlsx,.csv`. */
export function endingFault(names: string[], accept: string): string | null {
  const taken = accept.split(',');
  const wrong = names.find((name) => !taken.includes(endingOf(name)));
  if (!wrong) return null;
  const further = /\.(xls|et)$/i.test(wrong) && taken.includes('.xlsx') ? '请在表格软件里另存为 xlsx，再选一次。' : '请另选文件。';
  return `“${wrong}”不能上传：这里只收 ${taken.map((one) => one.slice(1)).join('、')} 文件。${further}`;
}
