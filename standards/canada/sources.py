"""The GC Service Inventory: what each service is, and how well it kept each of its standards."""

from scorecard import counted, fiscal_year, integer, looked_up, number, source, text

PAGE = "https://open.canada.ca/data/en/dataset/3ac0d080-6149-499a-8b06-7ce5f00ec56c"

# The inventory writes NA where there is no such channel and ND where nobody counted.
NOT_COUNTED = ("NA", "ND")
YES_NO = ("Y", "N", "NA")

services = source(
    "services",
    title="Service identification and metrics",
    url=PAGE,
    key=("fiscal_yr", "service_id"),
    department="owner_org",
    dimensions={"type": "service_type"},
    columns={
        "fiscal_yr": fiscal_year(required=True),
        "service_id": text(required=True),
        "service_name_en": text(),
        "service_name_fr": text(optional=True),
        "service_type": text(optional=True),
        # One service can have several scopes: "ENTERPRISE,EXTERN".
        "service_scope": text(),
        "owner_org": text(),
        "last_service_improvement": fiscal_year(optional=True),
        # The six points at which a client can meet the service online.
        "os_account_registration": text(values=YES_NO),
        "os_authentication": text(values=YES_NO),
        "os_application": text(values=YES_NO),
        "os_decision": text(values=YES_NO),
        "os_issuance": text(values=YES_NO),
        "os_issue_resolution_feedback": text(values=YES_NO),
        "standards": counted(source="service_standards", by=("fiscal_yr", "service_id")),
        "num_phone_enquiries": integer(blank=NOT_COUNTED, minimum=0),
        "num_applications_by_phone": integer(blank=NOT_COUNTED, minimum=0),
        "num_applications_online": integer(blank=NOT_COUNTED, minimum=0),
        "num_applications_in_person": integer(blank=NOT_COUNTED, minimum=0),
        "num_applications_by_mail": integer(blank=NOT_COUNTED, minimum=0),
        "num_applications_by_email": integer(blank=NOT_COUNTED, minimum=0),
        "num_applications_by_fax": integer(blank=NOT_COUNTED, minimum=0),
        "num_applications_by_other": integer(blank=NOT_COUNTED, minimum=0),
        "num_applications_total": integer(blank=NOT_COUNTED, minimum=0),
    },
)

service_standards = source(
    "service_standards",
    title="Service standards and performance results",
    url=PAGE,
    # The number of a standard is not enough: a few are used by two services.
    key=("fiscal_yr", "service_id", "service_standard_id"),
    department="owner_org",
    dimensions={"type": "type", "channel": "channel"},
    columns={
        "fiscal_yr": fiscal_year(required=True),
        "service_id": text(required=True),
        "service_standard_id": text(required=True),
        "service_name_en": text(optional=True),
        "service_name_fr": text(optional=True),
        "service_standard_en": text(),
        "service_standard_fr": text(),
        "type": text(optional=True),
        "channel": text(optional=True),
        # A fraction: 0.8 promises that the standard is kept for 80 % of the volume.
        "target": number(minimum=0),
        "volume_meeting_target": integer(minimum=0),
        "total_volume": integer(minimum=0),
        # Published beside the volumes. Measuring starts from the volumes; these are for comparison.
        "performance": number(optional=True),
        "target_met": text(values=YES_NO, optional=True),
        "owner_org": text(),
        "service_scope": looked_up(
            text(), source="services", column="service_scope", by=("fiscal_yr", "service_id")
        ),
    },
)
