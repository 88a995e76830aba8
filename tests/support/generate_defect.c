#include "generate_defect.h"

#include "generate_enter.h"

static const char long_term[] = "PAIN IN THE LEFT KNEE AFTER A FALL ON THE STAIRS AT HOME, "
                                "WORSE WHEN WALKING, BETTER AT REST AND AT NIGHT";

/* A row is a defect, laid out to be read as one. */
/* clang-format off */
#define READ(item)                   {item, EDIT_READ, NULL, NULL, 0}
#define VALUE(item, text)            {item, EDIT_VALUE, text, NULL, 0}
#define BLANK(item)                  {item, EDIT_BLANK, NULL, NULL, 0}
#define TOKEN(item)                  {item, EDIT_BLANK, NULL, NULL, ENTER_TOKEN}
#define ENTER(item, bits)            {item, EDIT_ENTER, NULL, NULL, bits}
#define UNTYPED(item, text)          {item, EDIT_UNTYPED, text, NULL, 0}
#define KEPT(item, text)             {item, EDIT_KEPT, text, NULL, 0}
#define RAW(item, text, typed, bits) {item, EDIT_RAW, text, typed, bits}

/* The same value in other clothes: cleaning changes it, nothing is found. */
#define CLOTHES(form_id, item, bits) {.form = form_id, .edits = {ENTER(item, bits)}}
#define MISSING(form_id, item)       {.form = form_id, .edits = {TOKEN(item)}}
/* One edit, one finding at the same item. */
#define RULE(form_id, edit, check, item) {.form = form_id, .edits = {edit}, .findings = {{check, item, false}}}
/* A result outside of the range that the laboratory printed beside it. */
#define LAB(analyte, value)                                                                                   \
    {.form = FORM_LB,                                                                                         \
     .edits = {VALUE(analyte, value), READ(analyte "_lo"), READ(analyte "_hi")},                              \
     .findings = {{"LB-" analyte, analyte, false}}}

const struct defect defects[] = {
    /* cleaning, step by step */
    CLOTHES(FORM_VS, "sysbp", ENTER_WIDE),
    CLOTHES(FORM_VS, "vsdtc", ENTER_WIDE),
    CLOTHES(FORM_LB, "gluc", ENTER_WIDE),
    CLOTHES(FORM_AE, "aeterm", ENTER_WIDE),
    CLOTHES(FORM_DM, "sex", ENTER_WIDE),
    CLOTHES(FORM_VS, "pulse", ENTER_BLANKS),
    CLOTHES(FORM_VS, "temp", ENTER_BLANKS),
    CLOTHES(FORM_CM, "cmtrt", ENTER_BLANKS),
    CLOTHES(FORM_SV, "svstdtc", ENTER_BLANKS),
    CLOTHES(FORM_DM, "sex", ENTER_BLANKS),
    CLOTHES(FORM_AE, "aesev", ENTER_BLANKS),
    CLOTHES(FORM_LB, "hgb", ENTER_HIDDEN),
    CLOTHES(FORM_AE, "aeterm", ENTER_HIDDEN),
    CLOTHES(FORM_CM, "cmroute", ENTER_HIDDEN),
    {.form = FORM_AE,
     .edits = {RAW("aeterm", "Me\u0301nie\u0300re's disease", "M\u00E9ni\u00E8re's disease", STEP_NFC)}},
    {.form = FORM_CM,
     .edits = {RAW("cmindc", "Ra\u0308umlich\u3000", "R\u00E4umlich", STEP_NFC | STEP_WIDTH | STEP_TRIM)}},
    {.form = FORM_CM, .edits = {RAW("cmindc", "KNEE\t PAIN", "KNEE PAIN", STEP_CONTROL | STEP_TRIM)}},
    {.form = FORM_LB,
     .edits = {RAW("plat", "\uFF12\uFF10\uFF11 ", "201", STEP_WIDTH | STEP_TRIM), READ("plat_lo"), READ("plat_hi")}},
    {.form = FORM_LB, .edits = {RAW("bili", "<3", NULL, STEP_QUALIFIER), READ("bili_lo"), READ("bili_hi")}},
    {.form = FORM_LB, .edits = {RAW("bili", ">600", NULL, STEP_QUALIFIER), READ("bili_lo"), READ("bili_hi")}},
    MISSING(FORM_VS, "temp"),
    MISSING(FORM_VS, "pulse"),
    MISSING(FORM_LB, "alb"),
    MISSING(FORM_LB, "lbtim"),
    MISSING(FORM_EG, "qtcf"),
    MISSING(FORM_DM, "race"),
    MISSING(FORM_AE, "aerel"),
    MISSING(FORM_CM, "cmstdtc"),
    {.form = FORM_CM, .edits = {RAW("cmdosfrq", "AS DIRECTED", NULL, STEP_MISSING)}},
    {.form = FORM_CM, .edits = {RAW("cmdosfrq", "遵医嘱", NULL, STEP_MISSING)}},
    CLOTHES(FORM_DM, "sex", ENTER_SYNONYM),
    CLOTHES(FORM_DM, "arm", ENTER_SYNONYM),
    CLOTHES(FORM_SV, "svplace", ENTER_SYNONYM),
    CLOTHES(FORM_AE, "aeser", ENTER_SYNONYM),
    CLOTHES(FORM_CM, "cmdosfrq", ENTER_SYNONYM),
    CLOTHES(FORM_LB, "wbc_u", ENTER_SYNONYM),
    CLOTHES(FORM_DM, "sex", ENTER_LOWER),
    CLOTHES(FORM_AE, "aesev", ENTER_LOWER),
    CLOTHES(FORM_AE, "aeout", ENTER_LOWER),
    CLOTHES(FORM_EG, "egintp", ENTER_LOWER),
    CLOTHES(FORM_LB, "creat_u", ENTER_LOWER),
    CLOTHES(FORM_LB, "wbc", ENTER_GROUPED),
    CLOTHES(FORM_VS, "vsdtc", ENTER_WORDS),
    CLOTHES(FORM_LB, "lbdtc", ENTER_WORDS),
    CLOTHES(FORM_AE, "aestdtc", ENTER_WORDS),
    CLOTHES(FORM_DM, "rficdtc", ENTER_WORDS),
    CLOTHES(FORM_AE, "aestdtc", ENTER_UNKNOWN),
    CLOTHES(FORM_CM, "cmstdtc", ENTER_UNKNOWN),
    CLOTHES(FORM_DM, "brthdtc", ENTER_UNKNOWN),
    {.form = FORM_AE,
     .edits = {RAW("aeendtc", "UN-DEC-2025", "2025-12", STEP_DATE_FORMAT | STEP_PARTIAL), READ("aestdtc")}},
    {.form = FORM_VS, .event = "WEEK 2", .edits = {VALUE("weight_u", "LB"), READ("weight")}},
    {.form = FORM_VS, .event = "WEEK 8", .edits = {VALUE("weight_u", "kg"), READ("weight")}},
    {.form = FORM_LB, .edits = {VALUE("creat_u", "mg/dL"), READ("creat"), READ("creat_lo"), READ("creat_hi")}},
    {.form = FORM_LB, .edits = {VALUE("wbc_u", "10⁹/L"), READ("wbc"), READ("wbc_lo"), READ("wbc_hi")}},

    /* required */
    RULE(FORM_DM, BLANK("sex"), "dm.sex.required", "sex"),
    RULE(FORM_DM, BLANK("arm"), "dm.arm.required", "arm"),
    RULE(FORM_SV, BLANK("svstdtc"), "sv.svstdtc.required", "svstdtc"),
    RULE(FORM_VS, TOKEN("vsdtc"), "vs.vsdtc.required", "vsdtc"),
    RULE(FORM_LB, BLANK("lbdtc"), "lb.lbdtc.required", "lbdtc"),
    RULE(FORM_AE, BLANK("aesev"), "ae.aesev.required", "aesev"),
    RULE(FORM_AE, BLANK("aestdtc"), "ae.aestdtc.required", "aestdtc"),
    RULE(FORM_CM, BLANK("cmtrt"), "cm.cmtrt.required", "cmtrt"),
    RULE(FORM_DS, BLANK("dsdecod"), "ds.dsdecod.required", "dsdecod"),

    /* type */
    RULE(FORM_VS, UNTYPED("pulse", "7O"), "vs.pulse.type", "pulse"),
    RULE(FORM_VS, UNTYPED("temp", "36..5"), "vs.temp.type", "temp"),
    RULE(FORM_DM, UNTYPED("age", "五十"), "dm.age.type", "age"),
    RULE(FORM_LB, UNTYPED("lbtim", "25:61"), "lb.lbtim.type", "lbtim"),
    RULE(FORM_LB, UNTYPED("na", "1e999"), "lb.na.type", "na"),
    RULE(FORM_LB, UNTYPED("lbfast", "perhaps"), "lb.lbfast.type", "lbfast"),
    RULE(FORM_EG, UNTYPED("hr", "72.5"), "eg.hr.type", "hr"),
    RULE(FORM_CM, UNTYPED("cmdose", "two tablets"), "cm.cmdose.type", "cmdose"),
    RULE(FORM_CM, UNTYPED("cmdose", "两片"), "cm.cmdose.type", "cmdose"),
    RULE(FORM_AE, UNTYPED("aeendtc", "2024-02-30"), "ae.aeendtc.type", "aeendtc"),
    RULE(FORM_CM, UNTYPED("cmstdtc", "last summer"), "cm.cmstdtc.type", "cmstdtc"),
    RULE(FORM_EG, UNTYPED("egdtc", "2024-03-05T24:75"), "eg.egdtc.type", "egdtc"),

    /* A height of nothing: out of range, and no body mass index comes of it. */
    {.form = FORM_VS, .event = "SCREENING",
     .edits = {VALUE("height", "0.0"), READ("weight")},
     .findings = {{"vs.height.range", "height"}, {"vs.bmi.type", "bmi", true}}},

    /* codelist */
    RULE(FORM_DM, KEPT("race", "MARTIAN"), "dm.race.codelist", "race"),
    RULE(FORM_AE, KEPT("aerel", "MAYBE"), "ae.aerel.codelist", "aerel"),
    RULE(FORM_CM, KEPT("cmroute", "嚼服"), "cm.cmroute.codelist", "cmroute"),
    RULE(FORM_EG, KEPT("egintp", "LOOKS FINE"), "eg.egintp.codelist", "egintp"),

    /* range */
    RULE(FORM_VS, VALUE("temp", "46.1"), "vs.temp.range", "temp"),
    RULE(FORM_VS, VALUE("pulse", "12"), "vs.pulse.range", "pulse"),
    RULE(FORM_VS, VALUE("pulse", "712"), "vs.pulse.range", "pulse"),
    RULE(FORM_DM, VALUE("age", "12"), "dm.age.range", "age"),
    RULE(FORM_EG, VALUE("qtcf", "120.0"), "eg.qtcf.range", "qtcf"),
    {.form = FORM_SV, .event = "BASELINE",
     .edits = {VALUE("svstdtc", "2204-03-05")},
     .findings = {{"sv.svstdtc.range", "svstdtc"}}},
    {.form = FORM_VS,
     .edits = {VALUE("sysbp", "288"), READ("diabp")},
     .findings = {{"vs.sysbp.range", "sysbp"}}},
    {.form = FORM_VS, .event = "WEEK 4",
     .edits = {VALUE("weight", "7.1"), READ("weight_u")},
     .findings = {{"vs.weight.range", "weight"}}},
    {.form = FORM_LB,
     .edits = {VALUE("k", "12.5"), READ("k_lo"), READ("k_hi")},
     .findings = {{"lb.k.range", "k"}, {"LB-k", "k"}}},

    /* length */
    RULE(FORM_AE, KEPT("aeterm", long_term), "ae.aeterm.length", "aeterm"),
    RULE(FORM_CM, KEPT("cmindc", "?"), "cm.cmindc.length", "cmindc"),
    RULE(FORM_CM, KEPT("cmindc", "痛"), "cm.cmindc.length", "cmindc"),

    /* unit */
    {.form = FORM_VS,
     .edits = {BLANK("weight_u"), UNTYPED("weight", NULL)},
     .findings = {{"vs.weight.unit", "weight"}}},
    {.form = FORM_VS,
     .edits = {KEPT("weight_u", "STONE"), UNTYPED("weight", NULL)},
     .findings = {{"vs.weight.unit", "weight"}, {"vs.weight_u.codelist", "weight_u"}}},
    {.form = FORM_LB,
     .edits = {BLANK("gluc_u"), UNTYPED("gluc", NULL), UNTYPED("gluc_lo", NULL), UNTYPED("gluc_hi", NULL)},
     .findings = {{"lb.gluc.unit", "gluc"}, {"lb.gluc_lo.unit", "gluc_lo"}, {"lb.gluc_hi.unit", "gluc_hi"}}},

    /* items and pages */
    {.kind = DEFECT_UNKNOWN_ITEM, .form = FORM_VS, .key = "sysbp2", .text = "118",
     .findings = {{"vs.unknown-item", "sysbp2"}}},
    {.kind = DEFECT_UNKNOWN_ITEM, .form = FORM_AE, .key = "备注", .text = "\"见病历\"",
     .findings = {{"ae.unknown-item", "备注"}}},
    {.kind = DEFECT_UNKNOWN_ITEM, .form = FORM_LB, .key = "x\"; DROP TABLE lb; --", .text = "true",
     .findings = {{"lb.unknown-item", "x\"; DROP TABLE lb; --"}}},
    {.kind = DEFECT_MISSING_PAGE, .form = FORM_VS, .event = "WEEK 8", .findings = {{"vs.missing-page", ""}}},
    {.kind = DEFECT_MISSING_PAGE, .form = FORM_LB, .event = "WEEK 4", .findings = {{"lb.missing-page", ""}}},
    {.kind = DEFECT_MISSING_PAGE, .form = FORM_EG, .event = "WEEK 12", .findings = {{"eg.missing-page", ""}}},
    /* Rows that read the day of the first dose stand apart from the one that changes it, by more than a subject has. */
    {.kind = DEFECT_MISSING_VISIT, .form = FORM_SV, .event = "WEEK 2", .findings = {{"WEEK 2.missing-event", ""}}},
    {.form = FORM_SV, .event = "WEEK 8",
     .edits = {VALUE("svstdtc", "@first-dose+70")},
     .findings = {{"sv.svstdtc.window", "svstdtc"}}},
    {.kind = DEFECT_DUPLICATE_PAGE, .form = FORM_DM, .findings = {{"dm.duplicate-page", ""}}},
    {.kind = DEFECT_DUPLICATE_PAGE, .form = FORM_SV, .findings = {{"sv.duplicate-page", ""}}},
    {.kind = DEFECT_DUPLICATE_PAGE, .form = FORM_LB, .event = "BASELINE",
     .findings = {{"lb.duplicate-page", ""}}},

    /* pages that cannot be taken in */
    {.kind = DEFECT_QUARANTINE, .form = FORM_AE, .key = "not an object", .text = "[\"HEADACHE\", \"2024-03-05\"]"},
    {.kind = DEFECT_QUARANTINE, .form = FORM_CM, .key = "nested", .text = "{\"cmtrt\": {\"name\": \"ASPIRIN\", \"code\": \"B01AC06\"}}"},
    {.kind = DEFECT_QUARANTINE, .form = FORM_CM, .key = "duplicate key", .text = "{\"cmtrt\": \"ASPIRIN\", \"cmdose\": 100, \"CMTRT\": \"ASA\"}"},
    {.kind = DEFECT_STRAY_PAGE, .form = FORM_VS, .event = "SCREENING", .key = "unknown form", .text = "qs"},
    {.kind = DEFECT_STRAY_PAGE, .form = FORM_VS, .event = "WEEK 99", .key = "unknown event", .text = "vs"},

    /* the study's own checks */
    RULE(FORM_DM, VALUE("rfstdtc", "@consent-5"), "DM001", "rfstdtc"),
    RULE(FORM_DM, VALUE("brthdtc", "@consent+30"), "DM002", "brthdtc"),
    RULE(FORM_DM, KEPT("randno", "R1O23"), "DM003", "randno"),
    {.form = FORM_SV, .event = "SCREENING",
     .edits = {VALUE("svstdtc", "@consent-30")},
     .findings = {{"SV001", "svstdtc"}}},
    {.form = FORM_VS, .edits = {VALUE("sysbp", "84"), VALUE("diabp", "96")}, .findings = {{"VS001", "sysbp"}}},
    RULE(FORM_VS, VALUE("vsdtc", "@consent-365"), "VS002", "vsdtc"),
    {.form = FORM_VS, .event = "SCREENING",
     .edits = {BLANK("height"), BLANK("height_u"), READ("weight")},
     .findings = {{"VS003", "height"}}},
    {.form = FORM_VS, .event = "SCREENING",
     .edits = {VALUE("height", "134.0"), VALUE("weight", "165.0")},
     .findings = {{"VS004", "weight"}}},
    LAB("alb", "21.4"),
    LAB("alp", "176"),
    LAB("alt", "81"),
    LAB("ast", "3"),
    LAB("bili", "25.8"),
    LAB("creat", "171.0"),
    LAB("gluc", "8.9"),
    LAB("hgb", "93"),
    LAB("k", "6.2"),
    LAB("na", "128"),
    LAB("plat", "88"),
    LAB("wbc", "14200"),
    {.form = FORM_LB,
     .edits = {VALUE("alt", "204"), READ("alt_lo"), READ("alt_hi"), VALUE("bili", "52.0"), READ("bili_lo"), READ("bili_hi")},
     .findings = {{"LB001", "alt"}, {"LB-alt", "alt"}, {"LB-bili", "bili"}}},
    RULE(FORM_LB, VALUE("lbdtc", "@consent-365"), "LB002", "lbdtc"),
    {.form = FORM_EG, .edits = {VALUE("hr", "140"), READ("rr")}, .findings = {{"EG001", "hr"}}},
    {.form = FORM_EG, .edits = {VALUE("rr", "0"), READ("hr")}, .findings = {{"EG001", "hr", true}}},
    {.form = FORM_EG,
     .edits = {VALUE("egintp", "NORMAL"), VALUE("qtcf", "541.0")},
     .findings = {{"EG002", "egintp"}}},
    {.form = FORM_EG, .edits = {VALUE("qrs", "431"), VALUE("qt", "388")}, .findings = {{"EG003", "qrs"}}},
    {.form = FORM_AE,
     .edits = {VALUE("aeendtc", "@aestdtc-10"), READ("aestdtc"), READ("aeongo")},
     .findings = {{"AE001", "aeendtc"}}},
    {.form = FORM_AE, .edits = {VALUE("aestdtc", "@consent-20")}, .findings = {{"AE002", "aestdtc"}}},
    {.form = FORM_AE,
     .edits = {VALUE("aeser", "N"), READ("aesdth"), VALUE("aeshosp", "Y"), READ("aeslife")},
     .findings = {{"AE003", "aeser"}}},
    {.form = FORM_AE, .edits = {VALUE("aeout", "FATAL"), READ("aesdth")}, .findings = {{"AE004", "aeout"}}},
    {.form = FORM_AE, .edits = {VALUE("aeongo", "Y"), READ("aeendtc")}, .findings = {{"AE005", "aeongo"}}},
    {.form = FORM_CM, .edits = {BLANK("cmdosu"), READ("cmdose")}, .findings = {{"CM001", "cmdosu"}}},
    {.form = FORM_CM,
     .edits = {VALUE("cmendtc", "@cmstdtc-10"), READ("cmstdtc")},
     .findings = {{"CM002", "cmendtc"}}},
    {.form = FORM_CM,
     .edits = {VALUE("cmdose", "50000"), VALUE("cmdosu", "mg")},
     .findings = {{"CM003", "cmdose"}}},
    RULE(FORM_CM, KEPT("cmtrt", "Clarithromycin 250"), "CM004", "cmtrt"),
    RULE(FORM_CM, KEPT("cmtrt", "克拉霉素片"), "CM004", "cmtrt"),
    RULE(FORM_DS, VALUE("dsstdtc", "@first-dose-60"), "DS001", "dsstdtc"),
    {.form = FORM_DS,
     .edits = {VALUE("dsdecod", "WITHDRAWAL"), BLANK("dsterm")},
     .findings = {{"DS002", "dsterm"}}},

    /* findings that do not end by being corrected */
    {.kind = DEFECT_CLOSES_UNKNOWN, .form = FORM_VS, .key = "diabp",
     .edits = {VALUE("sysbp", "84"), VALUE("diabp", "96")},
     .findings = {{"VS001", "sysbp"}}},
    {.kind = DEFECT_CLOSES_UNKNOWN, .form = FORM_VS, .key = "temp",
     .edits = {VALUE("temp", "63.6")},
     .findings = {{"vs.temp.range", "temp"}}},
    {.kind = DEFECT_CLOSES_REMOVED, .form = FORM_AE,
     .edits = {VALUE("aeser", "N"), READ("aesdth"), VALUE("aeshosp", "Y"), READ("aeslife")},
     .findings = {{"AE003", "aeser"}}},
    {.kind = DEFECT_CLOSES_REMOVED, .form = FORM_CM,
     .edits = {KEPT("cmtrt", "酮康唑"), READ("cmdose")},
     .findings = {{"CM004", "cmtrt"}}},
};
/* clang-format on */

const size_t defect_count = sizeof defects / sizeof *defects;
