// What the pages say, in both languages, and nothing else: one line a text.

const TEXTS = {
  "app.night": ["The night", "夜间运行"],
  "app.centers": ["Centers", "中心"],
  "app.findings": ["Findings", "质疑"],
  "app.finding": ["Finding", "质疑"],
  "app.skip": ["Skip to the content", "跳到正文"],
  "app.zone": ["Times are those of {0}", "时间均为 {0} 时区"],
  "app.study": ["study {0}, version {1}", "研究 {0}，版本 {1}"],
  "app.language": ["中文", "English"],
  "app.failed": ["This could not be read", "无法读取"],
  "app.again": ["Try again", "重试"],
  "app.loading": ["Reading …", "读取中…"],
  "app.nothere": ["There is no such page.", "没有这个页面。"],
  "night.running": ["A night is running", "正在运行"],
  "night.idle": ["No night is running", "当前没有运行"],
  "night.stopping": ["It is stopping", "正在停止"],
  "night.nostatus": ["No status yet: no night has run under this configuration.", "尚无状态：此配置下还没有运行过。"],
  "night.silent": ["No sign of life since {0}: look whether the service runs.", "自 {0} 起没有任何动静：请检查服务是否在运行。"],
  "night.next": ["Next night", "下次运行"],
  "night.last": ["Last night", "上次运行"],
  "night.live": ["live", "实时"],
  "night.notlive": ["looked at every ten seconds", "每十秒刷新"],
  "night.progress": ["{0} of {1} centers done", "已完成 {0} / {1} 个中心"],
  "night.remaining": ["about {0} left", "约剩 {0}"],
  "night.active": ["Centers at work", "处理中的中心"],
  "night.failures": ["Centers that failed", "失败的中心"],
  "night.failhint": ["Their findings are those of the night before. The next run takes them up again.", "它们的质疑仍是前一夜的；下次运行会重新处理。"],
  "night.runs": ["Nights before", "历次运行"],
  "night.pages": ["Pages", "页"],
  "night.read": ["read", "读取"],
  "night.written": ["written", "写入"],
  "night.unchanged": ["unchanged", "未变"],
  "night.quarantined": ["in quarantine", "隔离"],
  "night.removed": ["gone", "消失"],
  "night.opened": ["opened", "新开"],
  "night.closed": ["closed", "关闭"],
  "night.reopened": ["reopened", "重开"],
  "state.done": ["done", "完成"],
  "state.failed": ["failed", "失败"],
  "state.held": ["held", "暂停"],
  "state.running": ["running", "运行中"],
  "state.pending": ["waiting", "等待"],
  "state.superseded": ["superseded", "被取代"],
  "state.open": ["open", "未关闭"],
  "state.closed": ["closed", "已关闭"],
  "state.waived": ["waived", "已豁免"],
  "state.all": ["all", "全部"],
  "col.night": ["Night", "夜"],
  "col.kind": ["Kind", "类型"],
  "col.state": ["State", "状态"],
  "col.seconds": ["Seconds", "秒"],
  "col.centers": ["Centers", "中心"],
  "col.center": ["Center", "中心"],
  "col.subject": ["Subject", "受试者"],
  "col.subjects": ["Subjects", "受试者"],
  "col.event": ["Event", "访视"],
  "col.form": ["Form", "表单"],
  "col.item": ["Item", "项目"],
  "col.check": ["Check", "核查"],
  "col.message": ["Message", "内容"],
  "col.severity": ["Severity", "严重程度"],
  "col.age": ["Age", "天数"],
  "findings.from": ["Days, at least", "天数 ≥"],
  "findings.to": ["at most", "天数 ≤"],
  "col.pages": ["Pages", "页"],
  "col.phase": ["Phase", "阶段"],
  "col.attempts": ["Attempts", "尝试"],
  "col.error": ["Error", "错误"],
  "col.trend": ["Open over the nights", "未关闭趋势"],
  "col.total": ["All", "合计"],
  "centers.title": ["Open findings by severity and age", "按严重程度与天数的未关闭质疑"],
  "centers.all": ["All centers over {0} nights", "全部中心，{0} 夜"],
  "centers.days": ["days", "天"],
  "centers.none": ["No center has been done yet.", "还没有完成的中心。"],
  "centers.sort": ["The centers with most open critical and major findings come first.", "严重与主要质疑最多的中心在前。"],
  "severity.critical": ["critical", "严重"],
  "severity.major": ["major", "主要"],
  "severity.minor": ["minor", "次要"],
  "findings.all": ["all", "全部"],
  "findings.search": ["Search in messages, subjects, checks", "在内容、受试者、核查中搜索"],
  "findings.new": ["new since the night before", "前一夜以来新增"],
  "findings.show": ["Show", "显示"],
  "findings.clear": ["Clear", "清除"],
  "findings.more": ["Show more", "显示更多"],
  "findings.count": ["{0} findings", "{0} 条质疑"],
  "findings.countmore": ["the first {0} findings, there are more", "前 {0} 条质疑，还有更多"],
  "findings.none": ["No finding fits.", "没有符合的质疑。"],
  "findings.quarantine": ["{0} pages here are in quarantine: no check has seen them.", "此处有 {0} 页被隔离：未经任何核查。"],
  "findings.export": ["Export as CSV", "导出 CSV"],
  "findings.days": ["{0} d", "{0} 天"],
  "findings.select": ["Choose finding {0}", "选择质疑 {0}"],
  "finding.entered": ["As entered", "录入值"],
  "finding.stored": ["As stored", "存储值"],
  "finding.steps": ["Steps of cleaning", "清洗步骤"],
  "finding.asis": ["as it is", "原样"],
  "finding.missing": ["missing", "缺失"],
  "finding.words": ["What the check says", "核查的含义"],
  "finding.sql": ["The same in SQL", "SQL 表达"],
  "finding.history": ["History", "历史"],
  "finding.opened": ["opened", "新开"],
  "finding.command": ["Type on the server:", "请在服务器上执行："],
  "finding.values": ["What it is about", "相关数值"],
  "finding.by": ["by {0}", "由 {0}"],
  "review.choose": ["Choose findings to see how they are waived.", "选择质疑以查看豁免命令。"],
  "review.note": ["Why, for the auditor", "理由（供稽查）"],
  "review.waive": ["Waive", "豁免"],
  "review.unwaive": ["Take the waiver back", "撤销豁免"],
  "review.comment": ["Comment", "备注"],
  "review.chosen": ["{0} chosen", "已选 {0} 条"],
  "review.done": ["Done.", "已完成。"],
  "review.noteneeded": ["Say why: the auditor will ask.", "请写明理由。"],
  "review.changed": ["These findings changed meanwhile, nothing was done: look at them again.", "这些质疑已有变化，未执行：请重新查看。"]
};

let column = 0;

export function language() {
  return column === 0 ? "en" : "zh";
}

export function setLanguage(name) {
  column = name === "zh" ? 1 : 0;
  document.documentElement.lang = column === 0 ? "en" : "zh-CN";
}

// t("findings.count", 3)
export function t(key, ...values) {
  const text = TEXTS[key];

  if (text === undefined) throw new Error("no text " + key);
  return text[column].replace(/\{(\d)\}/g, (_, place) => values[place]);
}

// A word of the server (a state, a severity) where it has a text, else as it is.
export function word(kind, name) {
  return TEXTS[kind + "." + name] === undefined ? name : t(kind + "." + name);
}

// The message in the language of the page, where the study has it.
export function message(finding) {
  const texts = finding.messages;

  return (texts && (texts[language()] || texts[language() + "-CN"])) || finding.message;
}
