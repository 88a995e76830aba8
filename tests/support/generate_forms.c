#include "generate_forms.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct code_spec sex[] = {{"M", "MALE", "男"}, {"F", "FEMALE", "女"}, {0}};
static const struct code_spec ny[] = {{"N", "NO", "否"}, {"Y", "YES", "是"}, {0}};
static const struct code_spec race[] = {{"ASIAN", NULL, "亚洲人"},
                                        {"BLACK", NULL, "黑人"},
                                        {"WHITE", "CAUCASIAN", "白人"},
                                        {"OTHER", NULL, "其他"},
                                        {0}};
static const struct code_spec arm[] = {
    {"PLACEBO", "PBO", "安慰剂"}, {"10 MG", NULL, "10毫克"}, {"20 MG", NULL, "20毫克"}, {0}};
static const struct code_spec place[] = {
    {"CLINIC", NULL, "门诊"}, {"HOME", NULL, "家访"}, {"PHONE", NULL, "电话"}, {0}};
static const struct code_spec position[] = {{"SITTING", "SEATED", "坐位"}, {"SUPINE", NULL, "卧位"}, {0}};
static const struct code_spec weight_unit[] = {{"kg", NULL, "公斤"}, {"LB", "LBS", "磅"}, {0}};
static const struct code_spec height_unit[] = {{"cm", NULL, "厘米"}, {"IN", "INCH", "英寸"}, {0}};
static const struct code_spec creat_unit[] = {{"umol/L", "μmol/L", "微摩尔/升"}, {"mg/dL", NULL, NULL}, {0}};
static const struct code_spec gluc_unit[] = {{"mmol/L", NULL, "毫摩尔/升"}, {"mg/dL", NULL, NULL}, {0}};
static const struct code_spec count_unit[] = {{"/uL", "cells/uL", NULL}, {"10⁹/L", "10^9/L", NULL}, {0}};
static const struct code_spec severity[] = {
    {"MILD", NULL, "轻度"}, {"MODERATE", NULL, "中度"}, {"SEVERE", NULL, "重度"}, {0}};
static const struct code_spec causality[] = {
    {"RELATED", NULL, "有关"}, {"NOT RELATED", "UNRELATED", "无关"}, {0}};
static const struct code_spec outcome[] = {{"RECOVERED", "RESOLVED", "痊愈"},
                                           {"RECOVERING", NULL, "好转"},
                                           {"NOT RECOVERED", NULL, "未恢复"},
                                           {"FATAL", NULL, "死亡"},
                                           {0}};
static const struct code_spec dose_unit[] = {
    {"mg", NULL, "毫克"}, {"g", NULL, "克"}, {"mL", NULL, "毫升"}, {0}};
static const struct code_spec route[] = {
    {"ORAL", "PO", "口服"}, {"IV", NULL, "静脉"}, {"TOPICAL", NULL, "外用"}, {0}};
static const struct code_spec frequency[] = {{"QD", "DAILY", "每日一次"},
                                             {"BID", NULL, "每日两次"},
                                             {"TID", NULL, "每日三次"},
                                             {"PRN", NULL, "必要时"},
                                             {0}};
static const struct code_spec reading[] = {{"NORMAL", NULL, "正常"},
                                           {"ABNORMAL NCS", NULL, "异常无临床意义"},
                                           {"ABNORMAL CS", NULL, "异常有临床意义"},
                                           {0}};
static const struct code_spec disposition[] = {{"COMPLETED", NULL, "完成"},
                                               {"WITHDRAWAL", NULL, "撤回知情同意"},
                                               {"ADVERSE EVENT", NULL, "不良事件"},
                                               {"LOST TO FOLLOW-UP", NULL, "失访"},
                                               {0}};

static const struct unit_spec pounds = {"weight_u", "LB", 45359237, 8, 1};
static const struct unit_spec inches = {"height_u", "IN", 254, 2, 1};
static const struct unit_spec creat_mg = {"creat_u", "mg/dL", 884, 1, 2};
static const struct unit_spec gluc_mg = {"gluc_u", "mg/dL", 555, 4, 0};
static const struct unit_spec billions = {"wbc_u", "10⁹/L", 1000, 0, 1};

#define TEXT(name)                                                                                           \
    {                                                                                                        \
        name, ITEM_TEXT, NULL, NULL                                                                          \
    }
#define CODE(name, codes)                                                                                    \
    {                                                                                                        \
        name, ITEM_CODE, codes, NULL                                                                         \
    }
#define INTEGER(name)                                                                                        \
    {                                                                                                        \
        name, ITEM_INTEGER, NULL, NULL                                                                       \
    }
#define DECIMAL(name)                                                                                        \
    {                                                                                                        \
        name, ITEM_DECIMAL, NULL, NULL                                                                       \
    }
#define UNIT(name, unit)                                                                                     \
    {                                                                                                        \
        name, ITEM_DECIMAL, NULL, &(unit)                                                                    \
    }
#define DATE(name)                                                                                           \
    {                                                                                                        \
        name, ITEM_DATE, NULL, NULL                                                                          \
    }
#define LAB(name)         DECIMAL(name), DECIMAL(name "_lo"), DECIMAL(name "_hi")
#define LAB_UNIT(name, u) UNIT(name, u), UNIT(name "_lo", u), UNIT(name "_hi", u)
#define OTHER(name, kind)                                                                                    \
    {                                                                                                        \
        name, kind, NULL, NULL                                                                               \
    }

const struct form_spec form_specs[FORM_COUNT] = {
    [FORM_DM] = {"dm",
                 {DATE("brthdtc"), INTEGER("age"), CODE("sex", sex), CODE("race", race), DATE("rficdtc"),
                  DATE("rfstdtc"), CODE("arm", arm), TEXT("randno")}},
    [FORM_SV] = {"sv", {DATE("svstdtc"), CODE("svplace", place)}},
    [FORM_VS] = {"vs",
                 {DATE("vsdtc"), CODE("position", position), INTEGER("sysbp"), INTEGER("diabp"),
                  INTEGER("pulse"), DECIMAL("temp"), UNIT("weight", pounds), CODE("weight_u", weight_unit),
                  UNIT("height", inches), CODE("height_u", height_unit), OTHER("bmi", ITEM_DERIVED)}},
    [FORM_LB] = {"lb",
                 {DATE("lbdtc"), OTHER("lbtim", ITEM_TIME), OTHER("lbfast", ITEM_BOOLEAN), LAB("alb"),
                  LAB("alp"), LAB("alt"), LAB("ast"), LAB("bili"), LAB_UNIT("creat", creat_mg),
                  CODE("creat_u", creat_unit), LAB_UNIT("gluc", gluc_mg), CODE("gluc_u", gluc_unit),
                  LAB("hgb"), LAB("k"), LAB("na"), LAB("plat"), LAB_UNIT("wbc", billions),
                  CODE("wbc_u", count_unit)}},
    [FORM_EG] = {"eg",
                 {OTHER("egdtc", ITEM_DATETIME), INTEGER("hr"), INTEGER("rr"), INTEGER("qrs"), INTEGER("qt"),
                  DECIMAL("qtcf"), CODE("egintp", reading)}},
    [FORM_AE] = {"ae",
                 {TEXT("aeterm"), DATE("aestdtc"), DATE("aeendtc"), CODE("aeongo", ny),
                  CODE("aesev", severity), CODE("aeser", ny), CODE("aesdth", ny), CODE("aeshosp", ny),
                  CODE("aeslife", ny), CODE("aerel", causality), CODE("aeout", outcome)}},
    [FORM_CM] = {"cm",
                 {TEXT("cmtrt"), DECIMAL("cmdose"), CODE("cmdosu", dose_unit), CODE("cmdosfrq", frequency),
                  CODE("cmroute", route), TEXT("cmindc"), DATE("cmstdtc"), DATE("cmendtc")}},
    [FORM_DS] = {"ds", {DATE("dsstdtc"), CODE("dsdecod", disposition), TEXT("dsterm")}},
};

const struct analyte analytes[ANALYTE_COUNT] = {
    {"alb", 350, 500, 1}, {"alp", 40, 130, 0},     {"alt", 7, 56, 0},     {"ast", 5, 40, 0},
    {"bili", 30, 210, 1}, {"creat", 450, 1100, 1}, {"gluc", 39, 61, 1},   {"hgb", 120, 175, 0},
    {"k", 35, 51, 1},     {"na", 135, 145, 0},     {"plat", 125, 350, 0}, {"wbc", 4000, 11000, 0},
};

size_t
form_spec_count(const struct form_spec *form)
{
    size_t count = 0;

    while (form->items[count].name != NULL)
        count++;
    return count;
}

size_t
form_spec_item(const struct form_spec *form, const char *name)
{
    for (size_t i = 0; form->items[i].name != NULL; i++)
        if (strcmp(form->items[i].name, name) == 0)
            return i;
    fprintf(stderr, "crfd-generate: form %s has no item %s\n", form->name, name);
    abort();
}
